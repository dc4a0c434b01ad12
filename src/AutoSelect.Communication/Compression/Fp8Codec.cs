using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AutoSelect.Communication;

/// <summary>8-bit floats, E4M3 or E5M2, with one scale a bucket and unbiased stochastic rounding.</summary>
/// <remarks>
/// Micikevicius et al., FP8 Formats for Deep Learning, arXiv 2209.05433. The scale brings the largest magnitude to the largest number (448
/// or 57344), so nothing saturates. A value between two neighbouring numbers a &lt; b becomes b with probability (x-a)/(b-a). When a value
/// is not finite the scale is NaN, and so is every decoded value: a broken gradient stays visible.
/// </remarks>
public sealed class Fp8Codec : GradientCodec
{
    private readonly int mantissaBits, bias;
    private readonly float largest;
    private readonly uint largestCode;
    // The number that each of the 256 codes stands for.
    private readonly float[] numbersOf = new float[256];

    private Fp8Codec(string name, int mantissaBits, int bias, float largest, uint largestCode)
    {
        (Name, this.mantissaBits, this.bias, this.largest, this.largestCode) = (name, mantissaBits, bias, largest, largestCode);
        for (var code = 0; code < 256; code++) numbersOf[code] = NumberOf(code);
    }

    /// <summary>4 bits of exponent, 3 of mantissa: values to 448, steps of 1/8.</summary>
    public static Fp8Codec E4M3 { get; } = new("fp8-e4m3", 3, 7, 448, 0x7E);

    /// <summary>5 bits of exponent, 2 of mantissa: values to 57344, steps of 1/4, a wider range.</summary>
    public static Fp8Codec E5M2 { get; } = new("fp8-e5m2", 2, 15, 57344, 0x7B);

    public override string Name { get; }

    public override int BytesPerValue => 1;

    protected override float ScaleFor(ReadOnlySpan<float> values)
    {
        var magnitude = Magnitude.Largest(values);
        if (!float.IsFinite(magnitude)) return float.NaN;
        return magnitude == 0 ? 1 : Math.Min(largest / magnitude, MathF.ScaleB(1, Magnitude.LargestExponent));
    }

    protected override void Encode(ReadOnlySpan<float> values, float scale, Span<byte> numbers, ulong randomness)
    {
        var lane = Vector512.CreateSequence(0u, 1u);
        var i = 0;
        for (; i <= values.Length - 4 * Vector512<float>.Count; i += 4 * Vector512<float>.Count)
        {
            var first = Vector512.Narrow(Codes(values, i, scale, lane, randomness), Codes(values, i + 16, scale, lane, randomness));
            var second = Vector512.Narrow(Codes(values, i + 32, scale, lane, randomness), Codes(values, i + 48, scale, lane, randomness));
            Vector512.Narrow(first, second).CopyTo(numbers[i..]);
        }
        Span<float> rest = stackalloc float[Vector512<float>.Count];
        for (; i < values.Length; i += rest.Length)
        {
            var count = Math.Min(rest.Length, values.Length - i);
            values.Slice(i, count).CopyTo(rest);
            var codes = Codes(Vector512.Create<float>(rest) * scale, CounterRandom.Bits(randomness, lane + Vector512.Create((uint)i)));
            for (var j = 0; j < count; j++) numbers[i + j] = (byte)codes[j];
        }
    }

    protected override void Decode(ReadOnlySpan<byte> numbers, float inverseScale, Span<float> values, bool add)
    {
        Span<float> table = stackalloc float[256];
        TensorPrimitives.Multiply(numbersOf, inverseScale, table);
        ref var entry = ref MemoryMarshal.GetReference(table);
        if (add)
            for (var i = 0; i < values.Length; i++) values[i] += System.Runtime.CompilerServices.Unsafe.Add(ref entry, (nint)numbers[i]);
        else
            for (var i = 0; i < values.Length; i++) values[i] = System.Runtime.CompilerServices.Unsafe.Add(ref entry, (nint)numbers[i]);
    }

    private Vector512<uint> Codes(ReadOnlySpan<float> values, int at, float scale, Vector512<uint> lane, ulong randomness) =>
        Codes(Vector512.Create(values[at..]) * scale, CounterRandom.Bits(randomness, lane + Vector512.Create((uint)at)));

    private Vector512<uint> Codes(Vector512<float> scaled, Vector512<uint> random)
    {
        var bits = scaled.AsUInt32();
        var sign = (bits & Vector512.Create(0x8000_0000u)) >>> 24;
        var magnitude = bits & Vector512.Create(0x7FFF_FFFFu);
        var dropped = 23 - mantissaBits;
        // A normal number: random bits below the kept ones carry into them just as often as the dropped part says.
        var normal = ((magnitude + (random >>> (32 - dropped))) >>> dropped) - Vector512.Create((uint)(127 - bias) << mantissaBits);
        // A subnormal one: a multiple of the smallest number, and the code is that multiple.
        var inSteps = magnitude.AsSingle() * MathF.ScaleB(1, bias - 1 + mantissaBits);
        var uniform = Vector512.ConvertToSingle(random >>> 8) * (1f / (1 << 24));
        var subnormal = Vector512.ConvertToUInt32(Vector512.Floor(inSteps + uniform));
        var isNormal = Vector512.GreaterThanOrEqual(magnitude.AsSingle(), Vector512.Create(MathF.ScaleB(1, 1 - bias))).AsUInt32();
        return Vector512.Min(Vector512.ConditionalSelect(isNormal, normal, subnormal), Vector512.Create(largestCode)) | sign;
    }

    private float NumberOf(int code)
    {
        var (exponent, mantissa) = ((code & 0x7F) >> mantissaBits, code & ((1 << mantissaBits) - 1));
        if ((code & 0x7F) > largestCode) return float.NaN;
        var magnitude = exponent == 0 ? MathF.ScaleB(mantissa, 1 - bias - mantissaBits)
            : MathF.ScaleB((1 << mantissaBits) + mantissa, exponent - bias - mantissaBits);
        return (code & 0x80) == 0 ? magnitude : -magnitude;
    }
}
