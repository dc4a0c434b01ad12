namespace AutoSelect.Selection.History;

/// <summary>
/// By how much runs that arrive pass their target: lognormal in units of <see cref="CurveSituation.Overshoot"/>, every workload
/// counting the same, a little wider than seen since workloads differ by two orders of magnitude.
/// </summary>
internal sealed class OvershootScale
{
    private const double Wider = 1.3;
    private const int FewestRuns = 10;
    private readonly double mean = -3, deviation = 2;

    public OvershootScale(IEnumerable<CutExample> examples)
    {
        var workloads = examples.Where(e => e.Situation is { IsOpen: true, Overshoot: > 0 } && e.Arrives)
            .GroupBy(e => e.Curve.Source.Workload)
            .Where(g => g.Count() >= FewestRuns).Select(g => g.Select(Logarithm).ToArray()).ToArray();
        if (workloads.Length == 0) return;
        mean = workloads.Average(w => w.Average());
        deviation = Math.Sqrt(workloads.Average(w => w.Average(v => (v - mean) * (v - mean))));
    }

    /// <summary>Final values of a run that arrives, from the worst to the best, all at least as good as the target.</summary>
    /// <param name="probabilities">Ascending, between 0 and 1.</param>
    public double[] Ends(CurveSituation situation, ReadOnlySpan<double> probabilities)
    {
        var ends = new double[probabilities.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            var passed = situation.Overshoot * Math.Exp(mean + Wider * deviation * NormalDistribution.Quantile(probabilities[i]));
            ends[i] = Math.Max(Math.Min(situation.Floor, situation.Target!.Value), situation.Target!.Value - passed);
        }
        return ends;
    }

    private static double Logarithm(CutExample e) =>
        Math.Log(Math.Clamp((e.Curve.Target!.Value - e.Curve.Last) / e.Situation.Overshoot, 1e-4, 10));
}
