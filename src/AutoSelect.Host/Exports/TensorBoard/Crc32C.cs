using System.Numerics;

namespace AutoSelect.Host.Exports.TensorBoard;

/// <summary>
/// The check sums of TFRecord files: CRC-32C (Castagnoli), rotated and moved so that the sum of a text which holds sums is no pattern.
/// </summary>
/// <remarks>tensorflow/core/lib/hash/crc32c.h: <c>Mask</c>; the polynomial is that of RFC 3720.</remarks>
internal static class Crc32C
{
    private const uint MaskDelta = 0xa282ead8;

    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var sum = Sum(bytes);
        return BitOperations.RotateRight(sum, 15) + MaskDelta;
    }

    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes) sum = BitOperations.Crc32C(sum, value);
        return ~sum;
    }
}
