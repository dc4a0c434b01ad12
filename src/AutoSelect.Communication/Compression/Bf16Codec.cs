using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AutoSelect.Communication;

/// <summary>The upper half of fp32: 8 bits of exponent, 8 of precision, nearest even.</summary>
/// <remarks>
/// The exponent is that of fp32, so a scale by a power of two changes no bit of the error: the scale is always 1. Relative L2 error about
/// 1.7e-3.
/// </remarks>
public sealed class Bf16Codec : GradientCodec
{
    public override string Name => "bf16";

    public override int BytesPerValue => 2;

    protected override float ScaleFor(ReadOnlySpan<float> values) => 1;

    protected override void Encode(ReadOnlySpan<float> values, float scale, Span<byte> numbers, ulong randomness)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var upper = MemoryMarshal.Cast<byte, ushort>(numbers);
        var i = 0;
        for (; i <= bits.Length - 2 * Vector512<uint>.Count; i += 2 * Vector512<uint>.Count)
            Vector512.Narrow(Upper(Vector512.Create(bits[i..])), Upper(Vector512.Create(bits[(i + Vector512<uint>.Count)..])))
                .CopyTo(upper[i..]);
        for (; i < bits.Length; i++) upper[i] = (ushort)Upper(Vector512.Create(bits[i]))[0];
    }

    protected override void Decode(ReadOnlySpan<byte> numbers, float inverseScale, Span<float> values, bool add)
    {
        var upper = MemoryMarshal.Cast<byte, ushort>(numbers);
        var i = 0;
        for (; i <= upper.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(upper[i..]));
            Put((low << 16).AsSingle(), values[i..], add);
            Put((high << 16).AsSingle(), values[(i + Vector512<float>.Count)..], add);
        }
        for (; i < upper.Length; i++)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
            values[i] = add ? values[i] + value : value;
        }
    }

    private static Vector512<uint> Upper(Vector512<uint> bits)
    {
        var nearestEven = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        // Rounding a NaN up could make an infinity or a zero of it.
        var isNaN = Vector512.GreaterThan(bits & Vector512.Create(0x7FFF_FFFFu), Vector512.Create(0x7F80_0000u));
        return Vector512.ConditionalSelect(isNaN, (bits >>> 16) | Vector512.Create(0x40u), nearestEven);
    }

    private static void Put(Vector512<float> value, Span<float> target, bool add) =>
        (add ? Vector512.Create<float>(target) + value : value).CopyTo(target);
}
