using System.Buffers.Binary;

namespace AutoSelect.Training.Data;

/// <summary>Unsigned bytes of an IDX file, the format of MNIST: two zero bytes, type, number of axes, big-endian extents, data.</summary>
internal sealed record IdxFile(int[] Extents, ReadOnlyMemory<byte> Data)
{
    private const byte UnsignedByte = 8;

    /// <exception cref="InvalidDataException">
    /// Not an IDX file of unsigned bytes with <paramref name="axes"/> axes; the message names it.
    /// </exception>
    public static IdxFile Parse(string name, ReadOnlyMemory<byte> content, int axes)
    {
        var bytes = content.Span;
        var headerLength = 4 + (4 * axes);
        if (bytes.Length < headerLength) throw Bad(name, $"it has {bytes.Length} bytes, fewer than the {headerLength} of its header");
        if (bytes[0] != 0 || bytes[1] != 0) throw Bad(name, $"it begins with {bytes[0]:x2} {bytes[1]:x2} and not with two zero bytes");
        if (bytes[2] != UnsignedByte) throw Bad(name, $"its type is {bytes[2]:x2}; only unsigned bytes ({UnsignedByte:x2}) are read");
        if (bytes[3] != axes) throw Bad(name, $"it has {bytes[3]} axes and not {axes}");
        var extents = new int[axes];
        var size = 1L;
        for (var i = 0; i < axes; i++)
        {
            extents[i] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 + (4 * i))..]);
            if (extents[i] < 1) throw Bad(name, $"axis {i} has {extents[i]} entries");
            size *= extents[i];
            if (size > int.MaxValue) throw Bad(name, $"its extents {string.Join(" x ", extents)} are too large");
        }
        if (bytes.Length != headerLength + size)
            throw Bad(name, $"it has {bytes.Length} bytes; {string.Join(" x ", extents)} needs {headerLength + size}");
        return new IdxFile(extents, content[headerLength..]);
    }

    private static InvalidDataException Bad(string name, string what) => new($"'{name}' is not an IDX file: {what}.");
}
