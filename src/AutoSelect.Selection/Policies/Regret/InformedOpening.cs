using System.Collections.Immutable;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>
/// Whom to begin with when history says how soon candidates reach targets: a portfolio chosen greedily by E[minᵢ Tᵢ], as long as
/// a candidate takes more off it than its part of the race costs; at most as many as there are devices.
/// </summary>
internal static class InformedOpening
{
    private const int Samples = 2000;

    public static ImmutableArray<TrialEvidence> Choose(SelectionInput input, ImmutableArray<TrialEvidence> able)
    {
        if (able.Length < 2) return able;
        var draws = LearnedOutlook.Priors(input, Samples);
        var seconds = able.Select(t => StepCost.SecondsPerStep(t.AsCommitted(), input.Evaluation)).ToArray();
        var miss = 2 * able.Select((t, i) => t.HorizonSteps * seconds[i]).Max();
        var times = able.Select(
            (t, i) => Array.ConvertAll(draws[t.Trial], steps => double.IsFinite(steps) ? steps * seconds[i] : miss)).ToArray();
        var lowest = Enumerable.Repeat(miss, Samples).ToArray();
        var chosen = new List<int>();
        while (chosen.Count < Math.Min(able.Length, Math.Max(1, input.Devices)))
        {
            var (best, mean) = Enumerable.Range(0, able.Length).Except(chosen).Select(i => (i, Mean(lowest, times[i]))).MinBy(c => c.Item2);
            if (chosen.Count > 0 && lowest.Average() - mean <= input.Probe.Price * mean) break;
            chosen.Add(best);
            for (var s = 0; s < Samples; s++) lowest[s] = Math.Min(lowest[s], times[best][s]);
        }
        return [.. chosen.Select(i => able[i])];
    }

    private static double Mean(double[] lowest, double[] times)
    {
        var sum = 0.0;
        for (var s = 0; s < lowest.Length; s++) sum += Math.Min(lowest[s], times[s]);
        return sum / lowest.Length;
    }
}
