using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace AutoSelect.Training.Checkpoints;

/// <summary>CRC-32C over all tensor data of a file, so that flipped bits are found too and not only a wrong length.</summary>
internal struct Checksum
{
    private uint value;

    public Checksum() => value = uint.MaxValue;

    public readonly string Text => (~value).ToString("x8");

    /// <summary>Adds the bytes of one tensor; the result depends on where one tensor ends and the next begins.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = value;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, rest);
        value = crc;
    }
}
