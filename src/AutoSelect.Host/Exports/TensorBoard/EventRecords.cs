using System.Buffers.Binary;
using System.Text;

namespace AutoSelect.Host.Exports.TensorBoard;

/// <summary>
/// Writes the records of an event file of TensorBoard: TFRecord frames around messages of type tensorflow.Event.
/// </summary>
/// <remarks>
/// A frame is a length (8 bytes, little-endian), its masked check sum (4), the message, and that one's (4):
/// tensorflow/core/lib/io/record_writer.h. The messages are those of tensorflow/core/util/event.proto (1 wall_time double, 2 step int64,
/// 3 file_version string, 5 summary) and framework/summary.proto (1 value: 1 tag string, 2 simple_value float).
/// </remarks>
internal sealed class EventRecords(Stream output)
{
    private const string Version = "brain.Event:2";

    private const byte Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    /// <summary>The first record of every file.</summary>
    public void Begin(DateTimeOffset time)
    {
        using var message = Event(time, step: 0);
        Field(message, 3, Bytes);
        Text(message, Version);
        Write(message);
    }

    /// <summary>One value; as a 32-bit number, which is what TensorBoard keeps.</summary>
    public void Scalar(DateTimeOffset time, long step, string tag, double value)
    {
        using var scalar = new MemoryStream();
        Field(scalar, 1, Bytes);
        Text(scalar, tag);
        Field(scalar, 2, Fixed32);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(number, (float)value);
        scalar.Write(number);

        using var summary = new MemoryStream();
        Field(summary, 1, Bytes);
        Embed(summary, scalar);

        using var message = Event(time, step);
        Field(message, 5, Bytes);
        Embed(message, summary);
        Write(message);
    }

    private static MemoryStream Event(DateTimeOffset time, long step)
    {
        var message = new MemoryStream();
        Field(message, 1, Fixed64);
        Span<byte> seconds = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(seconds, time.ToUnixTimeMilliseconds() / 1e3);
        message.Write(seconds);
        // As all writers of this format do, a 0 is left out.
        if (step == 0) return message;
        Field(message, 2, Varint);
        Number(message, (ulong)step);
        return message;
    }

    private void Write(MemoryStream message)
    {
        Span<byte> length = stackalloc byte[8], sum = stackalloc byte[4];
        var bytes = message.GetBuffer().AsSpan(0, (int)message.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
        output.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, Crc32C.Masked(length));
        output.Write(sum);
        output.Write(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, Crc32C.Masked(bytes));
        output.Write(sum);
    }

    private static void Field(MemoryStream to, int number, byte kind) => to.WriteByte((byte)((number << 3) | kind));

    private static void Text(MemoryStream to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Number(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Embed(MemoryStream to, MemoryStream inner)
    {
        Number(to, (ulong)inner.Length);
        inner.WriteTo(to);
    }

    private static void Number(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }
}
