namespace AutoSelect.Communication;

/// <summary>A stream through two rings in shared memory, lock-free: one writer and one reader each.</summary>
internal sealed unsafe class SharedMemoryLink(int peer, SharedMemoryInbox theirs, SharedMemoryRing outgoing, SharedMemoryRing incoming)
    : Link(peer)
{
    private const int Alignment = 64;
    // Most bytes moved by one call, so that both sides work at the same time.
    private const int Quantum = 1 << 17;
    private const int LeastStreamedBytes = 1 << 12;

    // Own positions, and the last seen ones of the other side: its cache line is read only when these do not suffice.
    private long head, tail, seenHead, seenTail;
    private bool streams;

    public override string Medium => "shared memory";

    /// <summary>Half a ring: the reader gives the padding of a message back with the next one, so a whole ring might not fit.</summary>
    public override int Capacity => outgoing.Size / 2;

    /// <summary>Not before half the ring is free, so that a sleeping sender is not woken for every bit that is read.</summary>
    public override bool CanSend => head - Volatile.Read(ref *outgoing.Tail) <= outgoing.Size / 2;

    public override bool CanReceive => Volatile.Read(ref *incoming.Head) > tail;

    public override int TrySend(ReadOnlySpan<byte> data)
    {
        var wanted = Math.Min(data.Length, Quantum);
        if (outgoing.Size - (head - seenTail) < wanted) seenTail = Volatile.Read(ref *outgoing.Tail);
        var count = (int)Math.Min(wanted, outgoing.Size - (head - seenTail));
        // What is cut off ends on a cache line, whatever odd position a reader of bytes is at: no number is torn apart.
        if (count < wanted) count &= -Alignment;
        if (count <= 0) return 0;
        var at = (int)(head & (outgoing.Size - 1));
        var before = Math.Min(count, outgoing.Size - at);
        Copy(data[..before], outgoing.Data + at);
        Copy(data[before..count], outgoing.Data);
        head += count;
        BytesSent += count;
        Volatile.Write(ref *outgoing.Head, head);
        theirs.WakeOwner();
        return count;
    }

    public override void BeginSend(int bytes) => streams = bytes >= LeastStreamedBytes && !ProcessorCaches.AreShared;

    public override int TryReceive(Span<byte> destination)
    {
        var shown = Show(destination.Length);
        if (shown.Length == 0) return 0;
        shown.CopyTo(destination);
        Consume(shown.Length);
        return shown.Length;
    }

    public override ReadOnlySpan<byte> Peek(int most) => Show(most);

    public override void Consume(int count)
    {
        tail += count;
        Volatile.Write(ref *incoming.Tail, tail);
        if (seenHead - tail <= incoming.Size / 2) theirs.WakeOwner();
    }

    /// <summary>Messages start on a cache line, so that no number ever lies across the end of a ring.</summary>
    public override void EndSent() => head = (head + Alignment - 1) & -Alignment;

    public override void EndReceived() => tail = (tail + Alignment - 1) & -Alignment;

    /// <summary>The memory belongs to <see cref="SharedMemory"/>.</summary>
    public override void Dispose()
    {
    }

    private void Copy(ReadOnlySpan<byte> data, byte* to)
    {
        if (streams) StreamingCopy.Run(data, to);
        else data.CopyTo(new Span<byte>(to, data.Length));
    }

    private ReadOnlySpan<byte> Show(int most)
    {
        if (seenHead - tail < most) seenHead = Volatile.Read(ref *incoming.Head);
        var at = (int)(tail & (incoming.Size - 1));
        var count = Math.Min(Math.Min(seenHead - tail, incoming.Size - at), Math.Min(most, Quantum));
        return count <= 0 ? [] : new(incoming.Data + at, (int)count);
    }
}
