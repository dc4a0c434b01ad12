using System.Net.Sockets;

namespace AutoSelect.Communication;

/// <summary>A stream over a TCP connection.</summary>
internal sealed class TcpLink : Link
{
    /// <summary>Bytes of <see cref="Peek"/>'s buffer: half a second-level cache.</summary>
    public const int BufferBytes = 1 << 19;

    // The kernel moves data in far fewer and larger pieces when it may keep and take much at a time (measured: 1.5 times the bandwidth of
    // 128 KiB).
    private const int SocketBufferBytes = 4 << 20;
    private const int Quantum = 4 << 20;

    private readonly byte[] buffer;
    private int first, last;
    private bool closed;

    /// <param name="socket">The connection; this link's from now on.</param>
    /// <param name="buffer">
    /// Where <see cref="Peek"/> shows data. It holds nothing between messages, so the links of a rank share it.
    /// </param>
    public TcpLink(int peer, Socket socket, byte[] buffer) : base(peer)
    {
        (Socket, this.buffer) = (socket, buffer);
        socket.Blocking = false;
        (socket.SendBufferSize, socket.ReceiveBufferSize) = (SocketBufferBytes, SocketBufferBytes);
    }

    public override string Medium => "TCP";

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
