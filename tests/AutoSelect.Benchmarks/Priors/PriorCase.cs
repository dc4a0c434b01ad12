using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Benchmarks;

/// <summary>A job on one recorded problem, with one hyperparameter point per algorithm, all started from nothing.</summary>
internal sealed class PriorCase
{
    /// <summary>Where a run that does not reach the target is taken to end, in budgets.</summary>
    public const double Miss = 1.5;

    private readonly ImmutableArray<RecordedCurve> curves;
    private readonly double[] secondsPerStep;
    private readonly double budget;

    private PriorCase(ImmutableArray<RecordedCurve> curves, int baseline, double usualSecondsPerStep)
    {
        (this.curves, Baseline) = (curves, baseline);
        budget = curves[0].BudgetSeconds!.Value;
        // Another unit of steps takes hundreds of times as long, and its true step time is not recorded.
        secondsPerStep = [.. curves.Select(SecondsPerStep).Select(s => s > 8 * usualSecondsPerStep ? usualSecondsPerStep : s)];
        Times = [.. curves.Select(Arrival)];
    }

    public string Workload => curves[0].Workload;
    public string Family => curves[0].Family;

    /// <summary>Index of the baseline.</summary>
    public int Baseline { get; }

    /// <summary>By candidate, time to the target in budgets; a miss is <see cref="Miss"/>.</summary>
    public double[] Times { get; }

    public bool IsSolved => Times.Min() <= 1;

    /// <summary>Names of the candidates' algorithms as recorded.</summary>
    public IEnumerable<string> Algorithms => curves.Select(c => c.Algorithm);

    /// <summary>The cases of a suite: each problem with the k-th point of each algorithm, for every k.</summary>
    public static IEnumerable<PriorCase> FromSuite(ImmutableArray<RecordedCurve> suite, string baseline)
    {
        var points = suite.GroupBy(c => c.Algorithm).ToDictionary(g => g.Key, g => g.Select(c => c.Candidate).Distinct()
            .OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).ToArray());
        foreach (var problem in suite.GroupBy(c => c.Problem))
        {
            double[] usual = [.. problem.Where(c => c.Algorithm == baseline).Select(SecondsPerStep).Order()];
            for (var k = 0; k < points[baseline].Length && usual.Length > 0; k++)
            {
                var chosen = points.Values.Select(p => p[k % p.Length]).ToHashSet();
                ImmutableArray<RecordedCurve> curves = [.. problem.Where(c => chosen.Contains(c.Candidate))];
                var at = curves.Select(c => c.Algorithm).ToList().IndexOf(baseline);
                if (at >= 0) yield return new PriorCase(curves, at, usual[usual.Length / 2]);
            }
        }
    }

    /// <summary>By candidate, draws of the time to the target in budgets.</summary>
    public double[][] Draw(CandidatePrior prior, Func<string, string> strategy, int samples, long seed)
    {
        var horizon = curves[0].StepHint!.Value;
        var question = new PriorQuestion(Workload, new Objective
        {
            Kind = ObjectiveKind.FastestTo, Metric = curves[0].Metric, Direction = curves[0].Direction, Target = curves[0].Target,
        }, [.. curves.Select(c => new PriorCandidate($"{strategy(c.Algorithm)}|{c.Candidate}", strategy(c.Algorithm), null, horizon, 0))],
            Baseline, seed);
        return [.. prior.Draw(question, samples).Select((draws, i) => Array.ConvertAll(
            draws, x => x * horizon * secondsPerStep[i] / budget is var at && at <= 1 ? at : Miss))];
    }

    private static double SecondsPerStep(RecordedCurve curve) => curve.SecondsAt(curve.Steps.Length - 1) / curve.Steps[^1];

    private double Arrival(RecordedCurve curve)
    {
        for (var i = 0; i < curve.Steps.Length && curve.SecondsAt(i) <= budget; i++)
            if (curve.Values[i] is { } v && (curve.Direction == Direction.Maximize ? v >= curve.Target : v <= curve.Target))
                return curve.SecondsAt(i) / budget;
        return Miss;
    }
}
