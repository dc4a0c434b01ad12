using System.Buffers.Binary;

namespace AutoSelect.Training.Programs;

/// <summary>The fields of a message in the wire format of protocol buffers, one after the other.</summary>
internal ref struct ProtocolBuffer(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    /// <summary>Number of the field.</summary>
    public int Number { get; private set; }

    /// <summary>Its value where it is a variable-length integer.</summary>
    public ulong Integer { get; private set; }

    /// <summary>Its bytes where it is of another kind.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its value where it is of four bytes; not a number elsewhere.</summary>
    public readonly double Single => Bytes.Length == sizeof(float) ? BinaryPrimitives.ReadSingleLittleEndian(Bytes) : double.NaN;

    /// <summary>Goes on to the next field; false at the end.</summary>
    /// <exception cref="ProtocolBrokenException">This is no message.</exception>
    public bool Next()
    {
        if (rest.IsEmpty) return false;
        var key = Variable();
        Number = (int)(key >> 3);
        Integer = 0;
        Bytes = default;
        switch (key & 7)
        {
            case 0:
                Integer = Variable();
                break;
            case 1:
                Bytes = Take(sizeof(long));
                break;
            case 2:
                Bytes = Take(Variable());
                break;
            case 5:
                Bytes = Take(sizeof(int));
                break;
            default:
                throw Broken();
        }
        return true;
    }

    private ulong Variable()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Take(1)[0];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
        throw Broken();
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length) throw Broken();
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private static ProtocolBrokenException Broken() => new("A record of the event file is no event.");
}
