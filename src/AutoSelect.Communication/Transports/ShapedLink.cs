using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;

namespace AutoSelect.Communication;

/// <summary>
/// A stream slowed down: data goes in frames that carry the time at which they arrive, the receiver holds them back until then,
/// and the sender stops when its frames are too far ahead of the bandwidth.
/// </summary>
/// <remarks>
/// The inner link is told the end of a message and not its length: what it would do for long ones needs data that lies on cache lines.
/// </remarks>
internal sealed class ShapedLink(Link inner, Egress egress) : Link(inner.Peer)
{
    private const int Header = 12;
    private const int LargestFrame = 1 << 13;

    private readonly byte[] outgoing = new byte[Header + LargestFrame];
    private readonly byte[] header = new byte[Header];
    private int pendingFirst, pendingLast, headerBytes, frameLeft;
    private long arrives, sendNotBefore, receiveNotBefore;

    public override string Medium => $"{inner.Medium} {egress.Shape}";

    public override int Capacity => LargestFrame;

    public override bool Closed => inner.Closed;

    public override Socket? Socket => inner.Socket;

    public override long SendNotBefore => sendNotBefore;

    public override long ReceiveNotBefore => receiveNotBefore;

    public override bool CanSend => false;

    public override bool CanReceive => inner.CanReceive;

    public override int TrySend(ReadOnlySpan<byte> data)
    {
        sendNotBefore = 0;
        if (!TryFlush()) return 0;
        sendNotBefore = egress.NotBefore(Stopwatch.GetTimestamp());
        if (sendNotBefore != 0) return 0;
        var count = Math.Min(data.Length, LargestFrame);
        BinaryPrimitives.WriteInt64LittleEndian(outgoing, egress.Send(Stopwatch.GetTimestamp(), count));
        BinaryPrimitives.WriteInt32LittleEndian(outgoing.AsSpan(8), count);
        data[..count].CopyTo(outgoing.AsSpan(Header));
        (pendingFirst, pendingLast) = (0, Header + count);
        BytesSent += count;
        TryFlush();
        return count;
    }

    public override bool TryFlush()
    {
        if (pendingFirst < pendingLast) pendingFirst += inner.TrySend(outgoing.AsSpan(pendingFirst, pendingLast - pendingFirst));
        return pendingFirst == pendingLast;
    }

    public override int TryReceive(Span<byte> destination)
    {
        if (!FrameArrived()) return 0;
        var count = inner.TryReceive(destination[..Math.Min(destination.Length, frameLeft)]);
        frameLeft -= count;
        return count;
    }

    public override ReadOnlySpan<byte> Peek(int most) => FrameArrived() ? inner.Peek(Math.Min(most, frameLeft)) : [];

    public override void Consume(int count)
    {
        inner.Consume(count);
        frameLeft -= count;
    }

    public override void EndSent() => inner.EndSent();

    public override void EndReceived() => inner.EndReceived();

    public override void Dispose() => inner.Dispose();

    private bool FrameArrived()
    {
        receiveNotBefore = 0;
        if (frameLeft == 0)
        {
            headerBytes += inner.TryReceive(header.AsSpan(headerBytes));
            if (headerBytes < Header) return false;
            headerBytes = 0;
            arrives = BinaryPrimitives.ReadInt64LittleEndian(header);
            frameLeft = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        }
        if (Stopwatch.GetTimestamp() >= arrives) return true;
        receiveNotBefore = arrives;
        return false;
    }
}
