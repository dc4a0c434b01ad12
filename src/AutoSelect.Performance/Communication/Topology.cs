using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>Units joined by a link: ranks of a host by shared memory, hosts by a network.</summary>
/// <param name="Units">Units of the level below that this level joins, at least 1; the innermost units are ranks.</param>
public sealed record TopologyLevel(int Units, Link Link);

/// <summary>How ranks are joined, in the order of their numbers: neighbours by the innermost link.</summary>
public sealed class Topology
{
    private readonly ImmutableArray<int> sizes;
    private readonly ConcurrentDictionary<(int Stride, int Size), RingRoute> routes = new();

    /// <param name="levels">Innermost first, at least one.</param>
    /// <param name="reductionSecondsPerByte">γ, seconds to add one byte of a received message to one's own.</param>
    /// <exception cref="ArgumentException">No levels, a level of no units, or a negative γ.</exception>
    public Topology(IEnumerable<TopologyLevel> levels, double reductionSecondsPerByte = 0)
    {
        Levels = [.. levels];
        if (Levels.IsEmpty) throw new ArgumentException("A topology needs at least one level", nameof(levels));
        if (Levels.FirstOrDefault(l => l.Units < 1) is { } bad)
            throw new ArgumentException($"Level '{bad.Link.Name}' joins {bad.Units} units; at least 1", nameof(levels));
        if (!(reductionSecondsPerByte >= 0))
            throw new ArgumentException(
                $"The reduction cost is {reductionSecondsPerByte}; it cannot be negative", nameof(reductionSecondsPerByte));
        ReductionSecondsPerByte = reductionSecondsPerByte;
        var product = 1;
        sizes = [.. Levels.Select(l => product = checked(product * l.Units))];
    }

    public ImmutableArray<TopologyLevel> Levels { get; }

    /// <summary>γ.</summary>
    public double ReductionSecondsPerByte { get; }

    public int Ranks => sizes[^1];

    /// <summary>All ranks joined alike.</summary>
    public static Topology Flat(int ranks, Link link, double reductionSecondsPerByte = 0) =>
        new([new(ranks, link)], reductionSecondsPerByte);

    /// <summary>Hosts of equal numbers of ranks.</summary>
    public static Topology Hosts(int hosts, int ranksPerHost, Link within, Link between, double reductionSecondsPerByte = 0) =>
        new([new(ranksPerHost, within), new(hosts, between)], reductionSecondsPerByte);

    /// <summary>Units of the innermost level.</summary>
    internal int RanksPerHost => sizes[0];

    /// <summary>The same levels with the times that a fit found, in the order of <see cref="CollectiveTime.Terms"/>.</summary>
    internal Topology With(double[] times) =>
        new(Levels.Select((l, k) => l with { Link = l.Link.With(times.AsSpan(Link.Times * k, Link.Times)) }), times[^1]);

    /// <summary>The same levels with another innermost link.</summary>
    internal Topology WithInnermost(Func<Link, Link> change) =>
        new(Levels.Select((l, k) => k == 0 ? l with { Link = change(l.Link) } : l), ReductionSecondsPerByte);

    /// <summary>The slowest transfer of a step in which every rank sends to the next of its ring.</summary>
    internal RingRoute Route(int stride, int size) => routes.GetOrAdd((stride, size), ring => Trace(ring.Stride, ring.Size));

    private RingRoute Trace(int stride, int size)
    {
        var used = new int[Ranks];
        for (var rank = 0; rank < Ranks; rank++)
        {
            var next = rank / stride % size == size - 1 ? rank - stride * (size - 1) : rank + stride;
            used[rank] = LevelJoining(rank, next);
        }
        var outermost = used.Max(); // a step ends with its slowest transfer, and outer links are the slow ones
        return Shared(outermost, used.Chunk(Scope(outermost)).Max(host => host.Count(level => level == outermost)));
    }

    /// <summary>The outermost link when every rank sends over it.</summary>
    /// <param name="near">Ranks that are joined by inner links, oneself included.</param>
    internal RingRoute Outermost(out int near)
    {
        var level = Levels.Length - 1;
        while (level > 0 && Levels[level].Units == 1) level--;
        near = level == 0 ? 1 : sizes[level - 1];
        return Shared(level, Scope(level));
    }

    /// <summary>Ranks whose transfers over a link share it: those of the unit that the link joins to others.</summary>
    private int Scope(int level) => sizes[Math.Max(0, level - 1)];

    private RingRoute Shared(int level, int transfers)
    {
        var link = Levels[level].Link;
        var share = link.Sharing == LinkSharing.None ? 1 : Math.Max(1.0, (double)transfers / link.Lanes);
        return new RingRoute(level, link.Sharing == LinkSharing.Processors ? share : 1, share);
    }

    private int LevelJoining(int a, int b)
    {
        var level = 0;
        while (a / sizes[level] != b / sizes[level]) level++;
        return level;
    }
}

/// <summary>The link a step of a ring waits for, and by what sharing multiplies its latency and its time per byte.</summary>
internal readonly record struct RingRoute(int Level, double LatencyFactor, double ByteFactor)
{
    /// <summary>Sums are slowed where processors are shared, not where a wire is.</summary>
    public double ReductionFactor => LatencyFactor;
}
