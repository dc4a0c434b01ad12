using System.Net.Sockets;

namespace AutoSelect.Communication;

/// <summary>A stream over a TCP connection.</summary>
internal sealed class TcpLink : Link
{
    // What Peek shows; a quarter of a second-level cache, so that it is reduced while it is there.
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(Quantum, pinned: true);
    private int first, last;
    private bool closed;

    public TcpLink(int peer, Socket socket) : base(peer)
    {
        Socket = socket;
        socket.Blocking = false;
    }

    public override Socket Socket { get; }

    public override int Capacity => 1 << 14; // the least a kernel gives a connection by default

    public override bool Closed => closed && first == last;

    public override bool CanSend => false;

    public override bool CanReceive => last > first;

    public override int TrySend(ReadOnlySpan<byte> data)
    {
        var count = Socket.Send(data[..Math.Min(data.Length, Quantum)], SocketFlags.None, out var error);
        if (error == SocketError.Success)
        {
            BytesSent += count;
            return count;
        }
        closed |= error is not (SocketError.WouldBlock or SocketError.Interrupted);
        return 0;
    }

    public override int TryReceive(Span<byte> destination)
    {
        if (first == last) return Receive(destination[..Math.Min(destination.Length, Quantum)]);
        var count = Math.Min(last - first, destination.Length);
        buffer.AsSpan(first, count).CopyTo(destination);
        first += count;
        return count;
    }

    public override ReadOnlySpan<byte> Peek(int most)
    {
        if (last - first < 4)
        {
            buffer.AsSpan(first, last - first).CopyTo(buffer);
            (first, last) = (0, last - first);
            last += Receive(buffer.AsSpan(last, Math.Min(most, buffer.Length) - last));
        }
        return buffer.AsSpan(first, Math.Min(last - first, most) & ~3);
    }

    public override void Consume(int count) => first += count;

    public override void Dispose() => Socket.Dispose();

    private int Receive(Span<byte> destination)
    {
        var count = Socket.Receive(destination, SocketFlags.None, out var error);
        if (error == SocketError.Success)
        {
            closed |= count == 0;
            return count;
        }
        closed |= error is not (SocketError.WouldBlock or SocketError.Interrupted);
        return 0;
    }
}
