namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// Paths of one trial by sample, and when each meets the target: one draw that says both where it ends and whether it arrives.
/// </summary>
/// <param name="Latent">[samples · grid], smaller is better.</param>
/// <param name="Measured">The same with the noise of a measurement; the present value as it was measured.</param>
internal sealed record SampledPaths(EvaluationGrid Grid, double[] Latent, double[] Measured)
{
    /// <summary>Step at which each sample meets the target, infinite where it does not; null without a target.</summary>
    public double[]? Arrivals { get; set; }

    public double[] Steps => Grid.Steps;
    public int Width => Grid.Steps.Length;
    public int Samples => Latent.Length / Width;

    /// <summary>
    /// Arrivals at the first due evaluation that measures the target, never at the present, which was measured and missed it. Of several
    /// evaluations between two points of the grid, those before the last meet it with probability 1 − (1 − q)ⁿ, q that of one half-way.
    /// </summary>
    /// <param name="noise">Standard deviation of the noise by sample.</param>
    public void Meet(double target, double[] noise, SeededNumbers numbers)
    {
        Arrivals = new double[Samples];
        for (var s = 0; s < Arrivals.Length; s++) Arrivals[s] = FirstMeeting(s, target, noise[s], numbers);
    }

    /// <summary>
    /// A run ends where it measures its target: from there on it stays at it or better, and until then it is short of it.
    /// </summary>
    public void EndAt(double target)
    {
        if (Arrivals is not { } arrivals) return;
        var shortOf = Math.BitIncrement(target);
        for (var s = 0; s < arrivals.Length; s++)
            for (var j = 0; j < Width; j++)
            {
                ref var value = ref Measured[s * Width + j];
                value = Steps[j] >= arrivals[s] ? Math.Min(value, target) : Math.Max(value, shortOf);
            }
    }

    private double FirstMeeting(int sample, double target, double noise, SeededNumbers numbers)
    {
        var row = sample * Width;
        for (var j = 1; j < Width; j++)
        {
            var between = Grid.Chances[j] - 1;
            if (between > 0)
            {
                var halfWay = (Latent[row + j - 1] + Latent[row + j]) / 2;
                var stays = Math.Pow(1 - History.NormalDistribution.Below((target - halfWay) / Math.Max(1e-300, noise)), between);
                if (numbers.Uniform() >= stays) return Math.Ceiling((Steps[j - 1] + Steps[j]) / 2);
            }
            if (between >= 0 && Measured[row + j] <= target) return Steps[j];
        }
        return double.PositiveInfinity;
    }
}
