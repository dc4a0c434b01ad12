using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>The one loop under all collectives: sends to one rank while it receives from one, copying or adding what comes.</summary>
internal sealed class Exchange(Link?[] links, Waiter waiter)
{
    /// <summary>Bytes that fit into the links without anybody reading.</summary>
    public int Capacity { get; } = links.Where(l => l is not null).Min(l => l?.Capacity) ?? 0;

    /// <summary>Bytes that went with the data without being data: scales of compressed numbers.</summary>
    public long HeaderBytesSent { get; set; }

    public long BytesSent
    {
        get
        {
            var sum = 0L;
            foreach (var link in links) sum += link?.BytesSent ?? 0;
            return sum - HeaderBytesSent;
        }
    }

    public void Send(int to, ReadOnlySpan<byte> data) => Run(links[to], data, null, [], Order.Free, add: false);

    public void Receive(int from, Span<byte> data) => Run(null, [], links[from], data, Order.Free, add: false);

    public void ReceiveAdd(int from, Span<float> data) => Run(null, [], links[from], MemoryMarshal.AsBytes(data), Order.Free, add: true);

    public void SendReceive(int to, ReadOnlySpan<byte> outgoing, int from, Span<byte> incoming) =>
        Run(links[to], outgoing, links[from], incoming, Order.Free, add: false);

    public void SendReceive(int to, ReadOnlySpan<float> outgoing, int from, Span<float> incoming) =>
        SendReceive(to, MemoryMarshal.AsBytes(outgoing), from, MemoryMarshal.AsBytes(incoming));

    /// <summary>Adds what comes to <paramref name="sum"/>, which does not overlap what is sent.</summary>
    public void SendReceiveAdd(int to, ReadOnlySpan<float> outgoing, int from, Span<float> sum) =>
        Run(links[to], MemoryMarshal.AsBytes(outgoing), links[from], MemoryMarshal.AsBytes(sum), Order.Free, add: true);

    /// <summary>Two ranks give each other all they have and both end with the sum.</summary>
    public void Swap(int peer, Span<float> values) =>
        Run(links[peer], MemoryMarshal.AsBytes(values), links[peer], MemoryMarshal.AsBytes(values), Order.SendFirst, add: true);

    /// <summary>Passes on to the next rank what comes from the one before.</summary>
    public void Relay(int from, int to, Span<byte> data) => Run(links[to], data, links[from], data, Order.ReceiveFirst, add: false);

    private void Run(Link? to, ReadOnlySpan<byte> outgoing, Link? from, Span<byte> incoming, Order order, bool add)
    {
        int sent = 0, received = 0;
        to?.BeginSend(outgoing.Length);
        while (true)
        {
            var sendable = order == Order.ReceiveFirst ? received : outgoing.Length;
            var sentNow = sent < sendable ? to!.TrySend(outgoing[sent..sendable]) : 0;
            sent += sentNow;
            // Whole numbers only: a socket may have taken part of one.
            var receivable = order == Order.SendFirst ? sent & ~3 : incoming.Length;
            var receivedNow = received >= receivable ? 0
                : add ? Add(from!, incoming[received..receivable])
                : from!.TryReceive(incoming[received..receivable]);
            received += receivedNow;
            var flushed = to?.TryFlush() ?? true;
            if (sent == outgoing.Length && received == incoming.Length && flushed) break;
            if (sentNow + receivedNow > 0) waiter.Progress();
            // Where all is sent and nothing came, trying again at once would only cost a call.
            if (receivedNow > 0 || (sentNow > 0 && sent < sendable)) continue;
            waiter.Wait(sent < sendable || !flushed ? to : null, received < receivable ? from : null);
        }
        waiter.Progress();
        to?.EndSent();
        from?.EndReceived();
    }

    private static int Add(Link from, Span<byte> sum)
    {
        var come = from.Peek(sum.Length);
        if (come.Length == 0) return 0;
        var target = MemoryMarshal.Cast<byte, float>(sum[..come.Length]);
        TensorPrimitives.Add(target, MemoryMarshal.Cast<byte, float>(come), target);
        from.Consume(come.Length);
        return come.Length;
    }

    private enum Order
    {
        Free,

        /// <summary>Nothing is overwritten before it was sent.</summary>
        SendFirst,

        /// <summary>Nothing is sent before it has come.</summary>
        ReceiveFirst,
    }
}
