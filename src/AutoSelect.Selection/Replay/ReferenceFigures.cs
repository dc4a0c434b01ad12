using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Selection.Replay;

/// <summary>What perfect knowledge, the baseline and chance would have made of the same candidates, without any probe.</summary>
public sealed record ReferenceFigures
{
    /// <summary>Candidate that perfect knowledge takes.</summary>
    public string? Oracle { get; init; }

    /// <summary>Seconds of the fastest candidate to the target; null when none reaches it.</summary>
    public double? OracleSeconds { get; init; }

    /// <summary>Best value of any candidate at the deadline.</summary>
    public double? OracleValue { get; init; }

    /// <summary>Candidate that would be run without AutoSelect.</summary>
    public required string Baseline { get; init; }

    public double? BaselineSeconds { get; init; }
    public double? BaselineValue { get; init; }

    /// <summary>Mean slowdown of a candidate drawn at random, misses and anything slower counting 4.</summary>
    public double? RandomSlowdown { get; init; }

    /// <summary>Mean value at the deadline of a candidate drawn at random.</summary>
    public double? RandomValue { get; init; }

    /// <param name="curves">Of one problem, at least one.</param>
    /// <param name="objective">What counts.</param>
    /// <param name="baseline">Name of a candidate; null takes the first of the usual strategy, else the first.</param>
    public static ReferenceFigures FromCurves(ImmutableArray<RecordedCurve> curves, Objective objective, string? baseline = null)
    {
        var deadline = objective.DeadlineSeconds ?? double.PositiveInfinity;
        var ends = curves.Select(c => (Curve: c, Run: new RecordedRun(c)))
            .Select(c => (
                c.Curve,
                Seconds: c.Run.SecondsToTarget(objective) is { } seconds && seconds <= deadline ? (double?)seconds : null,
                Value: c.Run.ValueAt(deadline))).ToArray();
        var alone = ends.FirstOrDefault(
            e => baseline is null ? e.Curve.Algorithm == CandidateGenerator.BaselineStrategy : e.Curve.Candidate == baseline, ends[0]);
        var hits = ends.Where(e => e.Seconds is not null).OrderBy(e => e.Seconds).ToArray();
        var values = ends.Where(e => e.Value is not null).OrderBy(e => e.Value, Comparer<double?>.Create((a, b) =>
            objective.Direction == Direction.Maximize ? Nullable.Compare(b, a) : Nullable.Compare(a, b))).ToArray();
        double? oracle = hits.Length == 0 ? null : hits[0].Seconds;
        return new ReferenceFigures
        {
            Oracle = objective.Kind == ObjectiveKind.FastestTo ? hits.FirstOrDefault().Curve?.Candidate
                : values.FirstOrDefault().Curve?.Candidate,
            OracleSeconds = oracle,
            OracleValue = values.FirstOrDefault().Value,
            Baseline = alone.Curve.Candidate,
            BaselineSeconds = alone.Seconds,
            BaselineValue = alone.Value,
            RandomSlowdown = oracle is null ? null : ends.Average(e => Math.Min(4, (e.Seconds ?? double.PositiveInfinity) / oracle.Value)),
            RandomValue = values.Length == 0 ? null : values.Average(e => e.Value),
        };
    }
}
