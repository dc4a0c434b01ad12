using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>IEEE half precision with one scale a bucket: 5 bits of exponent, 11 of precision, nearest even.</summary>
/// <remarks>
/// The scale is the power of two that brings the largest magnitude into [2¹⁴, 2¹⁵), a factor 2 below the largest number: nothing overflows,
/// and values down to 2⁻²⁹ of the largest keep all 11 bits. Relative L2 error about 2.1e-4.
/// </remarks>
public sealed class Fp16Codec : GradientCodec
{
    private const int LargestExponent = 15;

    public override string Name => "fp16";

    public override int BytesPerValue => 2;

    protected override float ScaleFor(ReadOnlySpan<float> values) => Magnitude.PowerOfTwoScale(values, LargestExponent);

    protected override void Encode(ReadOnlySpan<float> values, float scale, Span<byte> numbers, ulong randomness)
    {
        var halves = MemoryMarshal.Cast<byte, Half>(numbers);
        Span<float> scaled = stackalloc float[Block];
        for (var start = 0; start < values.Length; start += Block)
        {
            var count = Math.Min(Block, values.Length - start);
            TensorPrimitives.Multiply(values.Slice(start, count), scale, scaled[..count]);
            TensorPrimitives.ConvertToHalf(scaled[..count], halves.Slice(start, count));
        }
    }

    protected override void Decode(ReadOnlySpan<byte> numbers, float inverseScale, Span<float> values, bool add)
    {
        var halves = MemoryMarshal.Cast<byte, Half>(numbers);
        Span<float> scaled = stackalloc float[Block];
        for (var start = 0; start < values.Length; start += Block)
        {
            var count = Math.Min(Block, values.Length - start);
            var target = values.Slice(start, count);
            TensorPrimitives.ConvertToSingle(halves.Slice(start, count), scaled[..count]);
            if (add) TensorPrimitives.MultiplyAdd(scaled[..count], inverseScale, target, target);
            else TensorPrimitives.Multiply(scaled[..count], inverseScale, target);
        }
    }
}
