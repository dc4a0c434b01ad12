namespace AutoSelect.Performance;

/// <summary>How often something that recurs happens in a window that begins at any moment.</summary>
/// <remarks>
/// Intervals with mean τ and deviation σ, window with mean w and deviation ς. S_k the sum of k intervals; a stationary renewal
/// process has
/// <code>
/// P(N ≥ k) = (1/τ) (E[(w - S_{k-1})⁺] - E[(w - S_k)⁺]),   w - S_k ≈ N(w - kτ, ς² + kσ²)
/// </code>
/// so E[N] = w/τ exactly, and without noise N is ⌊w/τ⌋ or ⌈w/τ⌉, the larger with probability frac(w/τ). From renewal theory:
/// Cox, Renewal Theory, 1962, ch. 3.
/// </remarks>
internal static class EventsInWindow
{
    private const double Negligible = 1e-9;

    public static CountDistribution CountDistributionIn(TimeDistribution window, TimeDistribution interval)
    {
        var (w, τ) = (window.MeanSeconds, interval.MeanSeconds);
        var probabilities = new List<double>();
        var (atLeast, before) = (1.0, w); // P(N ≥ 0), and E[(w - S_0)⁺]: a window is never negative
        for (var k = 1; atLeast > Negligible; k++)
        {
            var deviation = Math.Sqrt(
                window.StandardDeviation * window.StandardDeviation + k * interval.StandardDeviation * interval.StandardDeviation);
            var after = Math.Min(before, NormalVariable.PositivePart(w - k * τ, deviation));
            var next = Math.Min(atLeast, (before - after) / τ);
            probabilities.Add(atLeast - next);
            (atLeast, before) = (next, after);
        }
        return new CountDistribution(probabilities);
    }
}
