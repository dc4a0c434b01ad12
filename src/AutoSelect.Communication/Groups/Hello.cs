using System.Buffers.Binary;

namespace AutoSelect.Communication;

/// <summary>The first 48 bytes on every connection, from the side that connects; answered by 1 byte, a <see cref="HelloAnswer"/>.</summary>
/// <remarks>
/// Magic 4, version 2, purpose 1, padding 1, token 16, generation 8, rank 4, size 4, ring bytes 4, padding 4; little endian.
/// </remarks>
internal readonly record struct Hello(Guid Token, long Generation, int Rank, int Size, ConnectionPurpose Purpose, int RingBytes)
{
    public const int Bytes = 48;

    private const uint Magic = 0x4341_5341; // "ASAC"
    private const ushort Version = 1;

    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Version);
        bytes[6] = (byte)Purpose;
        Token.TryWriteBytes(bytes[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Generation);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[32..], Rank);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[36..], Size);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], RingBytes);
    }

    /// <returns>Null when this is not a connection of this protocol.</returns>
    public static Hello? Read(ReadOnlySpan<byte> bytes)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version)
            return null;
        return new(
            new Guid(bytes[8..24]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[36..]), (ConnectionPurpose)bytes[6],
            BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]));
    }

    /// <summary>What a rank of <paramref name="group"/> answers.</summary>
    public HelloAnswer Judge(GroupDescription group, int ringBytes) =>
        Token != group.Token ? HelloAnswer.OtherToken
        : Generation != group.Generation ? HelloAnswer.OtherGeneration
        : Size != group.Endpoints.Count || Rank <= group.Rank || Rank >= Size || RingBytes != ringBytes
            || Purpose is not (ConnectionPurpose.Control or ConnectionPurpose.Data) ? HelloAnswer.Unexpected
        : HelloAnswer.Welcome;
}

/// <summary>What a connection between two ranks is for.</summary>
internal enum ConnectionPurpose : byte
{
    Control = 1,
    Data = 2,
}

/// <summary>Answer to a <see cref="Hello"/>.</summary>
internal enum HelloAnswer
{
    Welcome = 1,
    OtherToken = 2,
    OtherGeneration = 3,
    Unexpected = 4,
}
