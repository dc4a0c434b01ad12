using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Benchmarks;

/// <summary>Cases of recordings.</summary>
internal static class PriorCases
{
    /// <summary>AlgoPerf's: each problem with the k-th hyperparameter point of each algorithm, for every k.</summary>
    public static IEnumerable<PriorCase> OfAlgoPerf(ImmutableArray<RecordedCurve> suite, string baseline)
    {
        var points = suite.GroupBy(c => c.Algorithm).ToDictionary(g => g.Key, g => g.Select(c => c.Candidate).Distinct()
            .OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).ToArray());
        foreach (var problem in suite.GroupBy(c => c.Problem))
        {
            double[] usual = [.. problem.Where(c => c.Algorithm == baseline).Select(SecondsPerStep).Order()];
            for (var k = 0; k < points[baseline].Length && usual.Length > 0; k++)
            {
                var chosen = points.Values.Select(p => p[k % p.Length]).ToHashSet();
                var curves = problem.Where(c => chosen.Contains(c.Candidate)).ToList();
                var at = curves.FindIndex(c => c.Algorithm == baseline);
                if (at < 0) continue;
                yield return new PriorCase(curves[0].Workload, curves[0].Family,
                    [.. curves.Select(c => OfSubmission(c, usual[usual.Length / 2]))], at, curves[0].BudgetSeconds!.Value);
            }
        }
    }

    /// <summary>
    /// AutoSelect's exhaustive runs: each problem at what the baseline's first point had at parts of its run. The budget is the whole of
    /// it.
    /// </summary>
    public static IEnumerable<PriorCase> OfOwnRuns(IEnumerable<RecordedCurve> runs, string baseline)
    {
        foreach (var problem in runs.GroupBy(c => c.Problem))
        {
            var curves = problem.ToList();
            var at = curves.FindIndex(c => c.Algorithm == baseline);
            if (at < 0 || HistoryCurve.FromRecording(curves[at]) is not { } usual) continue;
            var budget = curves[at].HorizonSteps * SecondsPerStep(curves[at]);
            foreach (var target in PriorProblem.Targets([.. curves.Select(HistoryCurve.FromRecording).OfType<HistoryCurve>()], usual))
            {
                yield return new PriorCase(curves[0].Workload, curves[0].Family, [.. curves.Select(c => new RunToTarget(
                    new(CandidateKey.ForCurve(c), c.Algorithm, c.BatchSize, c.HorizonSteps, 0), Arrival(c, target), SecondsPerStep(c)))],
                    at, budget);
            }
        }
    }

    private static RunToTarget OfSubmission(RecordedCurve curve, double usualSecondsPerStep)
    {
        var strategy = AlgoPerfNames.Strategy(curve.Algorithm);
        var step = SecondsPerStep(curve);
        // Another unit of steps takes hundreds of times as long, and its true step time is not recorded.
        return new RunToTarget(new($"{strategy}|{curve.Candidate}", strategy, null, curve.StepHint!.Value, 0),
            Arrival(curve, curve.Direction == Direction.Maximize ? -curve.Target!.Value : curve.Target!.Value),
            step > 8 * usualSecondsPerStep ? usualSecondsPerStep : step);
    }

    private static double SecondsPerStep(RecordedCurve curve) => curve.SecondsAt(curve.Steps.Length - 1) / curve.Steps[^1];

    private static double Arrival(RecordedCurve curve, double turned)
    {
        for (var i = 0; i < curve.Steps.Length; i++)
            if (curve.Values[i] is { } v && (curve.Direction == Direction.Maximize ? -v : v) <= turned) return curve.SecondsAt(i);
        return double.PositiveInfinity;
    }
}
