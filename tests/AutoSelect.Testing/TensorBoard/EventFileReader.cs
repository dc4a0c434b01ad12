using System.Buffers.Binary;
using System.Text;

namespace AutoSelect.Testing.TensorBoard;

/// <summary>One record of an event file.</summary>
/// <param name="Time">Seconds since 1970.</param>
/// <param name="Step">0 where it has none.</param>
/// <param name="Version">Of the format, in the first record; else null.</param>
/// <param name="Tag">Of its value; null where it has none.</param>
/// <param name="Value">A number; 0 where it has none.</param>
public sealed record EventRecord(double Time, long Step, string? Version, string? Tag, float Value);

/// <summary>
/// Reads event files of TensorBoard by what is published of them, and shares nothing with whoever writes them: frames of TFRecord with the
/// masked CRC-32C of tensorflow/core/lib/hash/crc32c.h, reckoned bit by bit, and the fields of event.proto and summary.proto.
/// </summary>
public static class EventFileReader
{
    public static IReadOnlyList<EventRecord> Read(string path)
    {
        var records = new List<EventRecord>();
        ReadOnlySpan<byte> all = File.ReadAllBytes(path);
        while (!all.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(all);
            Check(all[..8], all[8..12], "of a length");
            var message = all.Slice(12, length);
            Check(message, all.Slice(12 + length, 4), "of a message");
            records.Add(Event(message));
            all = all[(16 + length)..];
        }
        return records;
    }

    private static void Check(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> sum, string what)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
        }
        crc = ~crc;
        var masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8;
        if (masked != BinaryPrimitives.ReadUInt32LittleEndian(sum)) throw new InvalidDataException($"The check sum {what} is wrong.");
    }

    private static EventRecord Event(ReadOnlySpan<byte> message)
    {
        var (time, step, version, tag, value) = (0.0, 0L, (string?)null, (string?)null, 0f);
        foreach (var (number, bits, bytes) in Fields(message.ToArray()))
        {
            if (number == 1) time = BitConverter.UInt64BitsToDouble(bits);
            if (number == 2) step = (long)bits;
            if (number == 3) version = Encoding.UTF8.GetString(bytes);
            if (number != 5) continue;
            foreach (var summary in Fields(bytes).Where(f => f.Number == 1))
            {
                foreach (var field in Fields(summary.Bytes))
                {
                    if (field.Number == 1) tag = Encoding.UTF8.GetString(field.Bytes);
                    if (field.Number == 2) value = BitConverter.UInt32BitsToSingle((uint)field.Bits);
                }
            }
        }
        return new EventRecord(time, step, version, tag, value);
    }

    private static List<(int Number, ulong Bits, byte[] Bytes)> Fields(byte[] message)
    {
        var (at, fields) = (0, new List<(int, ulong, byte[])>());
        ulong Number()
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var next = message[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80) return value;
            }
        }
        byte[] Take(int count)
        {
            at += count;
            return message[(at - count)..at];
        }
        while (at < message.Length)
        {
            var key = Number();
            fields.Add((key & 7) switch
            {
                0 => ((int)(key >> 3), Number(), []),
                1 => ((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(Take(8)), []),
                2 => ((int)(key >> 3), 0, Take((int)Number())),
                5 => ((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), []),
                var kind => throw new InvalidDataException($"A field is of kind {kind}: it must be 0, 1, 2 or 5."),
            });
        }
        return fields;
    }
}
