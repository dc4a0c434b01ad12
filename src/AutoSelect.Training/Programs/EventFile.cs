using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace AutoSelect.Training.Programs;

/// <summary>
/// Scalars of TensorBoard's event files: records of a length, its masked CRC-32C, a protocol buffer of type Event and its masked CRC-32C
/// (tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto).
/// </summary>
internal static class EventFile
{
    private const int HeaderBytes = 12, FooterBytes = 4;

    /// <summary>Bytes of a record that is looked into; longer ones hold images, graphs and the like.</summary>
    private const int LongestRecord = LogFiles.Most - HeaderBytes - FooterBytes;

    /// <summary>Reads whole records.</summary>
    /// <param name="bytes">From the beginning of a record on.</param>
    /// <param name="tag">Name of the scalar.</param>
    /// <param name="onValue">Told of each: step and value.</param>
    /// <returns>
    /// Bytes read; a record whose end is still to come is left, one that is too long to hold scalars alone is passed over, to beyond the
    /// bytes that there are.
    /// </returns>
    /// <exception cref="ProtocolBrokenException">These are no records.</exception>
    public static long Read(ReadOnlySpan<byte> bytes, string tag, Action<long, double> onValue)
    {
        var read = 0;
        while (bytes.Length - read >= HeaderBytes)
        {
            var record = bytes[read..];
            var length = BinaryPrimitives.ReadUInt64LittleEndian(record);
            if (Masked(record[..8]) != BinaryPrimitives.ReadUInt32LittleEndian(record[8..]))
                throw new ProtocolBrokenException("What stands in the event file is no record of TensorBoard's: its check sum is another.");
            if (length > LongestRecord) return read + (long)Math.Min(length, long.MaxValue / 2) + HeaderBytes + FooterBytes;
            if (record.Length < HeaderBytes + (int)length + FooterBytes) break;
            var data = record.Slice(HeaderBytes, (int)length);
            if (Masked(data) != BinaryPrimitives.ReadUInt32LittleEndian(record[(HeaderBytes + data.Length)..]))
                throw new ProtocolBrokenException("A record of the event file is damaged: its check sum is another.");
            ReadEvent(data, Encoding.UTF8.GetBytes(tag), onValue);
            read += HeaderBytes + data.Length + FooterBytes;
        }
        return read;
    }

    private static void ReadEvent(ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag, Action<long, double> onValue)
    {
        long step = 0;
        var values = new List<double>();
        for (var fields = new ProtocolBuffer(data); fields.Next();)
        {
            if (fields.Number == 2) step = (long)fields.Integer;
            else if (fields.Number == 5) ReadSummary(fields.Bytes, tag, values);
        }
        foreach (var value in values) onValue(step, value);
    }

    private static void ReadSummary(ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag, List<double> values)
    {
        for (var fields = new ProtocolBuffer(data); fields.Next();)
            if (fields.Number == 1 && ReadValue(fields.Bytes, tag) is { } value) values.Add(value);
    }

    private static double? ReadValue(ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag)
    {
        double? value = null;
        var isIt = false;
        for (var fields = new ProtocolBuffer(data); fields.Next();)
        {
            if (fields.Number == 1) isIt = fields.Bytes.SequenceEqual(tag);
            else if (fields.Number == 2) value = fields.Single;
            else if (fields.Number == 8) value = ReadTensor(fields.Bytes);
        }
        return isIt ? value : null;
    }

    /// <summary>A tensor of one number, as TensorFlow 2 writes scalars; null for others.</summary>
    private static double? ReadTensor(ReadOnlySpan<byte> data)
    {
        const int Float = 1, Double = 2;
        ulong type = 0;
        ReadOnlySpan<byte> content = [];
        for (var fields = new ProtocolBuffer(data); fields.Next();)
        {
            if (fields.Number == 1) type = fields.Integer;
            // tensor_content, or float_val or double_val, packed or not.
            else if (fields.Number is 4 or 5 or 6) content = fields.Bytes;
        }
        return (type, content.Length) switch
        {
            (Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(content),
            (Double, 8) => BinaryPrimitives.ReadDoubleLittleEndian(content),
            _ => null,
        };
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8;
    }
}
