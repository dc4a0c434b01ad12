using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>
/// A set of processes that work on one training run, and the collectives between them. All ranks call the same collectives in the same
/// order with the same sizes; one thread of a rank at a time.
/// </summary>
/// <remarks>
/// When a rank is lost, every collective that runs or is started on the others throws <see cref="RankLostException"/> with that rank; the
/// contents of the buffers are then undefined. Dispose the group and form one of the next generation.
/// </remarks>
public sealed class ProcessGroup : IDisposable
{
    // Busy waiting longer than a message takes between two processors saves nothing more.
    private const double DefaultSpin = 50e-6;

    private readonly Link?[] links;
    private readonly SharedMemory memory;
    private readonly GroupHealth health;
    private readonly GroupMonitor monitor;
    private readonly Exchange exchange;
    private readonly DirectAllReduce direct;
    private readonly bool loopback;
    private int busy, disposed;

    private ProcessGroup(
        GroupDescription group, GroupOptions options, Link?[] links, SharedMemory memory, System.Net.Sockets.Socket?[] control)
    {
        (Rank, Size, Generation, Token) = (group.Rank, group.Endpoints.Count, group.Generation, group.Token);
        (this.links, this.memory) = (links, memory);
        Local = memory.Neighbours.Count == Size && options.Shape is null;
        loopback = Local && links.OfType<Link>().Any(l => l.Socket is not null);
        health = new(Rank, Size, Generation);
        monitor = new(Rank, control, health, options.SilenceTimeout);
        // With fewer processors than ranks, who does not give way keeps the one it waits for from working.
        var crowded = memory.Neighbours.Count > Environment.ProcessorCount;
        var spin = options.SpinMicroseconds * 1e-6 ?? DefaultSpin;
        exchange = new(links, new Waiter(health, memory.Inbox, spin, crowded, options.SilenceTimeout, options.StallTimeout));
        direct = new(exchange, Rank, Size);
        Description = string.Join(", ", links.OfType<Link>().Select(l => l.Medium).Distinct().DefaultIfEmpty("none"));
    }

    /// <summary>Own number, from 0.</summary>
    public int Rank { get; }

    /// <summary>Number of ranks.</summary>
    public int Size { get; }

    /// <summary>Generation of the group.</summary>
    public long Generation { get; }

    /// <summary>Whether all ranks are on one machine and their data goes as fast as it can.</summary>
    public bool Local { get; }

    /// <summary>What the data goes over, e.g. "shared memory".</summary>
    public string Description { get; }

    /// <summary>Bytes of data this rank has sent in collectives, without framing and scales.</summary>
    public long BytesSent => exchange.BytesSent;

    /// <summary>Bytes of scales this rank has sent with compressed data.</summary>
    public long HeaderBytesSent => exchange.HeaderBytesSent;

    internal Guid Token { get; }

    internal Exchange Exchange => exchange;

    internal GroupHealth Health => health;

    /// <summary>Whether a thread is in a collective.</summary>
    internal bool Busy => Volatile.Read(ref busy) != 0;

    /// <summary>Forms the group with the other ranks; returns when all have joined.</summary>
    /// <param name="group">What the control side told.</param>
    /// <param name="listener">The listener whose endpoint was published for this rank; closed on return.</param>
    /// <param name="options">The same on all ranks; null for the defaults.</param>
    /// <exception cref="ArgumentException">A value breaks its rule; the message gives both.</exception>
    /// <exception cref="TimeoutException">A rank did not come in time; the message names it.</exception>
    /// <exception cref="GroupRefusedException">A rank cannot be reached or belongs to another group or generation.</exception>
    public static async Task<ProcessGroup> JoinAsync(
        GroupDescription group, GroupListener listener, GroupOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var _ = listener;
        options ??= new();
        group.Validate();
        options.Validate();
        var formation = new GroupFormation(group, listener, options);
        var memory = SharedMemory.Create(group, options);
        try
        {
            await formation.ConnectAsync(cancellationToken);
            var made = await formation.MeetAsync(_ => memory.Inbox is not null, cancellationToken);
            var mapped = Enumerable.Range(0, made.Length).Select(rank => made[rank] == 1 && memory.TryMap(rank)).ToArray();
            var shared = await formation.MeetAsync(rank => mapped[rank], cancellationToken);
            memory.RemoveName();
            var buffer = GC.AllocateUninitializedArray<byte>(TcpLink.BufferBytes, pinned: true);
            var egress = options.Shape is { } shape ? new Egress(shape) : null;
            var links = new Link?[made.Length];
            for (var rank = 0; rank < links.Length; rank++)
                if (formation.Data[rank] is { } socket)
                    links[rank] = LinkTo(rank, socket, mapped[rank] && shared[rank] == 1 ? memory : null, buffer, egress);
            return new(group, options, links, memory, formation.Control);
        }
        catch
        {
            memory.Dispose();
            formation.Close();
            throw;
        }
    }

    /// <summary>Sums over all ranks, in place; the same bits on all of them.</summary>
    /// <param name="values">Own values; then the sums.</param>
    /// <param name="plan">How; null for a choice by size.</param>
    public void AllReduce(Span<float> values, AllReducePlan? plan = null)
    {
        if (plan?.Hierarchy is { } hierarchy && hierarchy.Ranks != Size)
            throw new ArgumentException($"Hierarchy {hierarchy} is for {hierarchy.Ranks} ranks, not {Size}.");
        if (Size == 1) return;
        using var turn = Enter();
        plan ??= AllReducePlan.Default(Size, (long)values.Length * sizeof(float), Local, loopback);
        var block = plan.BlockBytes == 0 ? values.Length : plan.BlockBytes / sizeof(float);
        for (var start = 0; start < values.Length; start += block)
            AllReduceBlock(values.Slice(start, Math.Min(block, values.Length - start)), plan);
    }

    /// <summary>Sums over all ranks; rank r gets the sums of the r-th part, and the other parts are undefined.</summary>
    /// <param name="values">Own values of all parts.</param>
    /// <param name="counts">Values of each part; empty for the even split of <see cref="Partition"/>.</param>
    public void ReduceScatter(Span<float> values, ReadOnlySpan<int> counts = default)
    {
        Span<int> parts = stackalloc int[Size];
        Split(values.Length, counts, parts);
        using var turn = Enter();
        RingReduceScatter.Run(exchange, Rank, parts, values);
    }

    /// <summary>Collects every rank's part on all ranks, in place.</summary>
    /// <param name="values">All parts; the own one is given, the others are filled.</param>
    /// <param name="counts">Values of each part; empty for the even split of <see cref="Partition"/>.</param>
    public void AllGather(Span<float> values, ReadOnlySpan<int> counts = default)
    {
        Span<int> bytes = stackalloc int[Size];
        Split(values.Length, counts, bytes);
        foreach (ref var count in bytes) count *= sizeof(float);
        AllGather(MemoryMarshal.AsBytes(values), bytes);
    }

    /// <summary>Collects every rank's bytes on all ranks, in place.</summary>
    /// <param name="values">All parts one after another; the own one is given, the others are filled.</param>
    /// <param name="counts">Bytes of each part.</param>
    public void AllGather(Span<byte> values, ReadOnlySpan<int> counts)
    {
        CheckCounts(values.Length, counts);
        using var turn = Enter();
        RingAllGather.Run(exchange, Rank, counts, values);
    }

    /// <summary>Copies one rank's values to all.</summary>
    public void Broadcast(Span<float> values, int root) => Broadcast(MemoryMarshal.AsBytes(values), root);

    /// <summary>Copies one rank's bytes to all.</summary>
    public void Broadcast(Span<byte> values, int root)
    {
        if (root < 0 || root >= Size) throw new ArgumentOutOfRangeException(nameof(root), root, $"Ranks are 0 to {Size - 1}.");
        if (Size == 1) return;
        using var turn = Enter();
        TreeBroadcast.Run(exchange, Rank, Size, root, values);
    }

    /// <summary>Returns when all ranks have called it.</summary>
    public void Barrier()
    {
        using var turn = Enter();
        DisseminationBarrier.Run(exchange, Rank, Size);
    }

    /// <summary>Smallest of what the ranks give.</summary>
    internal long Least(long value)
    {
        using var turn = Enter();
        return DirectMinimum.Run(exchange, Rank, Size, value);
    }

    /// <summary>Breaks the group off on all ranks, which then see this one as the cause. Any thread may call it.</summary>
    public void Abort() => health.Lose(Rank, RankLoss.Aborted);

    /// <summary>Leaves the group. A collective that another thread is in is aborted, on all ranks.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        if (Interlocked.Exchange(ref busy, 1) != 0)
        {
            Abort();
            SpinWait.SpinUntil(() => Interlocked.Exchange(ref busy, 1) == 0);
        }
        monitor.Dispose();
        foreach (var link in links) link?.Dispose();
        memory.Dispose();
    }

    /// <summary>Whether a rank's farewell has come.</summary>
    internal bool HasLeft(int rank) => health.HasLeft(rank);

    /// <exception cref="InvalidOperationException">Another thread is in a collective.</exception>
    internal Turn Enter()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        health.ThrowIfBroken();
        if (Interlocked.Exchange(ref busy, 1) != 0)
            throw new InvalidOperationException($"Rank {Rank} runs a collective on another thread; one at a time is allowed.");
        return new(this);
    }

    private void AllReduceBlock(Span<float> values, AllReducePlan plan)
    {
        if (plan.Algorithm == AllReduceAlgorithm.Direct) direct.Run(values);
        else if (plan.Algorithm == AllReduceAlgorithm.Doubling) DoublingAllReduce.Run(exchange, Rank, Size, values);
        else if (plan.Algorithm == AllReduceAlgorithm.HalvingDoubling) HalvingDoublingAllReduce.Run(exchange, Rank, Size, values);
        else HierarchicalAllReduce.Run(exchange, plan.Hierarchy!.Levels.AsSpan(), Rank, values);
    }

    private static Link LinkTo(int rank, System.Net.Sockets.Socket socket, SharedMemory? memory, byte[] buffer, Egress? egress)
    {
        if (memory is not null) socket.Dispose();
        Link link = memory is not null ? memory.LinkTo(rank) : new TcpLink(rank, socket, buffer);
        return egress is null ? link : new ShapedLink(link, egress);
    }

    private void Split(int length, ReadOnlySpan<int> counts, Span<int> parts)
    {
        if (counts.IsEmpty)
        {
            for (var part = 0; part < Size; part++)
                parts[part] = Partition.Start(length, Size, part + 1) - Partition.Start(length, Size, part);
            return;
        }
        CheckCounts(length, counts);
        counts.CopyTo(parts);
    }

    private void CheckCounts(int length, ReadOnlySpan<int> counts)
    {
        if (CheckCounts(counts) is var sum && sum != length)
            throw new ArgumentException($"The counts add up to {sum}, but there are {length} values.");
    }

    /// <returns>Their sum.</returns>
    internal long CheckCounts(ReadOnlySpan<int> counts)
    {
        if (counts.Length != Size) throw new ArgumentException($"{counts.Length} counts were given for {Size} ranks.");
        var sum = 0L;
        foreach (var count in counts) sum += count >= 0 ? count : throw new ArgumentException($"Count {count} is negative.");
        return sum;
    }

    /// <summary>The right to run a collective, until disposed.</summary>
    internal readonly ref struct Turn(ProcessGroup group)
    {
        public void Dispose() => Volatile.Write(ref group.busy, 0);
    }
}
