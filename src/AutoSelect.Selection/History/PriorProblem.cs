using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.History;

/// <summary>The runs of one earlier task, and when each came to one target.</summary>
internal sealed class PriorProblem
{
    /// <summary>Fractions of the baseline's horizon whose values stand for the targets of a problem that has none.</summary>
    private static readonly double[] PartsOfBaseline = [0.3, 0.6, 1];

    /// <summary>Least distance between two such targets, over the way from the worst first value to the best of all.</summary>
    private const double Step = 0.01;

    private readonly ImmutableArray<HistoryCurve> curves;
    private readonly Dictionary<string, PriorRun[]> byKey, byStrategy, byKind;

    private PriorProblem(ImmutableArray<HistoryCurve> curves, double target)
    {
        this.curves = curves;
        Runs = [.. curves.Select(c => PriorRun.FromCurve(c, target))];
        byKey = Grouped(r => r.Key);
        byStrategy = Grouped(r => r.Strategy);
        byKind = Grouped(r => StrategyKind.Find(r.Strategy));
    }

    public ImmutableArray<PriorRun> Runs { get; }
    public string Workload => curves[0].Source.Workload;
    /// <summary>Steps of its longest run as planned.</summary>
    public double HorizonSteps => Runs.Max(r => r.HorizonSteps);

    public string Family => curves[0].Source.Family;
    public bool IsShipped => curves[0].Source.Origin is not null;

    /// <summary>True when a run reached the target, or came to its end without.</summary>
    public bool Tells => Runs.Any(r => !r.IsCensored);

    public bool IsSolved => Runs.Any(r => double.IsFinite(r.Arrival));

    /// <summary>
    /// The problem at its own target; without one, at what the usual baseline had at several parts of its run; where there is neither, at
    /// one that nobody reaches.
    /// </summary>
    public static IEnumerable<PriorProblem> AtTargets(IEnumerable<HistoryCurve> runs, string baseline)
    {
        ImmutableArray<HistoryCurve> curves = [.. runs.OrderBy(c => c.Key, StringComparer.Ordinal)];
        if (curves.Select(c => c.Target).FirstOrDefault(t => t is not null) is { } own) return [new PriorProblem(curves, own)];
        return curves.FirstOrDefault(c => c.Source.Algorithm == baseline && c.Source.IsComplete) is { } run
            ? Targets(curves, run).Select(target => new PriorProblem(curves, target))
            : [new PriorProblem(curves, double.NegativeInfinity)];
    }

    /// <summary>
    /// Targets (turned as z) of a problem that has none. On a plateau the baseline's next value is no new target: who is by a hair below it
    /// is chance.
    /// </summary>
    /// <param name="curves">All runs.</param>
    /// <param name="baseline">One of them.</param>
    public static IEnumerable<double> Targets(IReadOnlyCollection<HistoryCurve> curves, HistoryCurve baseline)
    {
        var (least, last) = (Step * (curves.Max(c => c.Z[0]) - curves.Min(c => c.Z.Min())), double.PositiveInfinity);
        foreach (var target in PartsOfBaseline.Select(baseline.BestBy))
        {
            if (target > last - least) continue;
            yield return last = target;
        }
    }

    /// <summary>
    /// The problem at the target of a job on the same workload; null where it has another metric, or tells nothing of that target.
    /// </summary>
    public PriorProblem? At(Objective objective)
    {
        var source = curves[0].Source;
        if (objective.Target is not { } target || source.Metric != objective.Metric || source.Direction != objective.Direction) return null;
        var problem = new PriorProblem(curves, source.Direction == Direction.Maximize ? -target : target);
        return problem.Tells ? problem : null;
    }

    /// <summary>True when the two are one task, at whatever targets.</summary>
    public bool IsOf(PriorProblem other) => curves == other.curves;

    /// <summary>The runs of a level: of the very candidate, its strategy, or its kind; empty where there are none.</summary>
    public ReadOnlySpan<PriorRun> At(PriorLevel level, PriorCandidate candidate) => level switch
    {
        PriorLevel.Candidate => byKey.GetValueOrDefault(candidate.Key),
        PriorLevel.Strategy => byStrategy.GetValueOrDefault(candidate.Strategy),
        PriorLevel.Kind when candidate.Kind is { } kind => byKind.GetValueOrDefault(kind),
        _ => [],
    };

    private Dictionary<string, PriorRun[]> Grouped(Func<PriorRun, string?> name) =>
        Runs.Where(r => name(r) is not null).GroupBy(r => name(r)!).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
}
