using System.Buffers.Binary;

namespace AutoSelect.Communication;

/// <summary>
/// A lossy format of numbers on the wire: n values become n numbers of fewer bits and one scale. Pure; a codec has no state.
/// </summary>
/// <remarks>Encoded form: the scale s (fp32, little endian), then the numbers q; value ≈ q / s.</remarks>
public abstract class GradientCodec
{
    /// <summary>Bytes of the scale.</summary>
    public const int HeaderBytes = sizeof(float);

    /// <summary>Values converted at a time: two blocks of fp32 fit in a first-level cache.</summary>
    protected const int Block = 2048;

    public abstract string Name { get; }

    /// <summary>Bytes of one number.</summary>
    public abstract int BytesPerValue { get; }

    /// <summary>Bytes of so many encoded values, with the scale.</summary>
    public int EncodedBytes(int count) => HeaderBytes + count * BytesPerValue;

    /// <summary>Encodes.</summary>
    /// <param name="values">
    /// n values; infinities and NaN stay what they are where the format has them, else the scale is NaN and so is every value.
    /// </param>
    /// <param name="encoded"><see cref="EncodedBytes"/>(n) bytes.</param>
    /// <param name="randomness">Number of the stream of random numbers for stochastic rounding; others ignore it.</param>
    public void Encode(ReadOnlySpan<float> values, Span<byte> encoded, ulong randomness = 0)
    {
        Check(values.Length, encoded.Length);
        var scale = ScaleFor(values);
        BinaryPrimitives.WriteSingleLittleEndian(encoded, scale);
        Encode(values, scale, encoded[HeaderBytes..], randomness);
    }

    /// <summary>Decodes into <paramref name="values"/>, or adds to them.</summary>
    public void Decode(ReadOnlySpan<byte> encoded, Span<float> values, bool add = false)
    {
        Check(values.Length, encoded.Length);
        Decode(encoded[HeaderBytes..], 1 / BinaryPrimitives.ReadSingleLittleEndian(encoded), values, add);
    }

    protected abstract float ScaleFor(ReadOnlySpan<float> values);

    protected abstract void Encode(ReadOnlySpan<float> values, float scale, Span<byte> numbers, ulong randomness);

    protected abstract void Decode(ReadOnlySpan<byte> numbers, float inverseScale, Span<float> values, bool add);

    private void Check(int count, int bytes)
    {
        if (bytes != EncodedBytes(count))
            throw new ArgumentException($"{count} values in {Name} are {EncodedBytes(count)} bytes, not {bytes}.");
    }
}
