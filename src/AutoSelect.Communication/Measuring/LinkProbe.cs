using System.Collections.Immutable;
using System.Diagnostics;

namespace AutoSelect.Communication;

/// <summary>A running group measures its own collectives and codecs, so that a cost model can be fitted to the very devices.</summary>
/// <remarks>
/// All ranks call it at the same place. How often something is repeated follows from times that the ranks have agreed on (that of the
/// slowest), so all do the same. Per size: direct and ring all-reduce, halving and doubling where it is something else, and all-gather,
/// which tells adding from sending. Each is repeated back to back, the kinds take turns, and the lower quartile counts.
/// </remarks>
public static class LinkProbe
{
    // Many short turns: a time slice that others took then spoils few of them.
    private const int Turns = 25;
    private const int MostRepetitions = 1000;
    private const int Growth = 16;

    private static readonly ImmutableArray<int> sizes = [1 << 12, 1 << 16, 1 << 20];

    /// <summary>Measures.</summary>
    /// <param name="group">No other collective runs meanwhile.</param>
    /// <param name="seconds">About how long, 0.1 to 60; sizes that would not fit are left out. Default 1. The same on all ranks.</param>
    /// <returns>The same on all ranks.</returns>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public static GroupMeasurement Run(ProcessGroup group, double seconds = 1)
    {
        if (!(seconds is >= .1 and <= 60)) throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "A probe takes .1 to 60 s.");
        var values = GC.AllocateArray<float>(sizes[^1] / sizeof(float), pinned: true);
        var (collectives, largest) = group.Size == 1 ? ([], sizes[^1]) : Collectives(group, values, seconds);
        return ComputeProbe.Run(group, CodecProbe.Run(group, largest / sizeof(float)) with { Collectives = collectives }, largest);
    }

    private static (ImmutableArray<CollectiveMeasurement> Measured, int LargestBytes) Collectives(
        ProcessGroup group, float[] values, double seconds)
    {
        var measured = ImmutableArray.CreateBuilder<CollectiveMeasurement>();
        var kinds = Kinds(group).ToArray();
        var share = seconds / (sizes.Length + 1);
        var largest = 0;
        // Code that was not compiled yet must not decide how often the first size is repeated.
        foreach (var kind in kinds) Slowest(group, () => kind.Run(values.AsSpan(0, sizes[0] / sizeof(float))), 1);
        foreach (var bytes in sizes)
        {
            var once = kinds.Select(kind => Slowest(group, () => kind.Run(values.AsSpan(0, bytes / sizeof(float))), 1)).ToArray();
            var turns = Math.Clamp((int)(share / once.Sum()), 1, Turns);
            var repetitions = once.Select(s => Math.Clamp((int)(share / turns / kinds.Length / s), 1, MostRepetitions)).ToArray();
            var times = kinds.Select(_ => new List<double>()).ToArray();
            for (var turn = 0; turn < turns; turn++)
                for (var k = 0; k < kinds.Length; k++)
                    times[k].Add(Slowest(group, () => kinds[k].Run(values.AsSpan(0, bytes / sizeof(float))), repetitions[k]));
            var quartiles = times.Select(t => t.Order().ElementAt(turns / 4)).ToArray();
            measured.AddRange(kinds.Select((kind, k) => new CollectiveMeasurement
            {
                Ranks = group.Size,
                Hierarchy = kind.Hierarchy,
                Bytes = bytes,
                Seconds = quartiles[k],
                Transport = group.Description,
                Collective = kind.Collective,
            }));
            largest = bytes;
            // By what was repeated, and generously: a single run may have waited for others' load. One size alone does not tell bandwidth
            // from latency.
            if (bytes > sizes[0] && quartiles.Sum() * Growth > 4 * share) break;
        }
        return (measured.ToImmutable(), largest);
    }

    private static IEnumerable<Kind> Kinds(ProcessGroup group)
    {
        var ring = Hierarchy.Ring(group.Size);
        yield return new(Collective.DirectAllReduce, ring, values => group.AllReduce(values, AllReducePlan.Direct));
        yield return AllReduce(ring);
        if (Hierarchy.Finest(group.Size) is var finest && !finest.Equals(ring)) yield return AllReduce(finest);
        yield return new(Collective.AllGather, ring, values => group.AllGather(values));

        Kind AllReduce(Hierarchy hierarchy)
        {
            var plan = AllReducePlan.Hierarchical(hierarchy);
            return new(Collective.AllReduce, hierarchy, values => group.AllReduce(values, plan));
        }
    }

    /// <summary>Seconds of one run on the rank that was slowest, known to all ranks.</summary>
    internal static double Slowest(ProcessGroup group, Action run, int repetitions)
    {
        group.Barrier();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < repetitions; i++) run();
        return Slowest(group, Stopwatch.GetElapsedTime(started).TotalSeconds / repetitions);
    }

    /// <summary>The largest of what the ranks give, never 0.</summary>
    internal static double Slowest(ProcessGroup group, double seconds) => -group.Least(-Math.Max(1, (long)(seconds * 1e12))) * 1e-12;

    private delegate void Measured(Span<float> values);

    private sealed record Kind(Collective Collective, Hierarchy Hierarchy, Measured Run);
}
