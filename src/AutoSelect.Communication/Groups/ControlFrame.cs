using System.Buffers.Binary;

namespace AutoSelect.Communication;

/// <summary>What goes over the control connection of two ranks, 8 bytes: kind, cause, 2 of padding, rank.</summary>
internal readonly record struct ControlFrame(ControlKind Kind, int Rank = 0, RankLoss Loss = 0)
{
    public const int Bytes = 8;

    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        (bytes[0], bytes[1]) = ((byte)Kind, (byte)Loss);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Rank);
    }

    public static ControlFrame Read(ReadOnlySpan<byte> bytes) =>
        new((ControlKind)bytes[0], BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]), (RankLoss)bytes[1]);
}

/// <summary>Kinds of <see cref="ControlFrame"/>.</summary>
internal enum ControlKind : byte
{
    /// <summary>Still alive.</summary>
    Heartbeat = 1,

    /// <summary>Leaves the group in order; its connections will close.</summary>
    Farewell = 2,

    /// <summary>The group is broken: which rank was lost and how.</summary>
    Abort = 3,
}
