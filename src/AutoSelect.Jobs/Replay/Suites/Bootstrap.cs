using AutoSelect.Selection.Forecasting;


namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>Intervals of a mean by drawing whole groups with replacement: problems of one workload are near copies of each other.</summary>
internal static class Bootstrap
{
    /// <summary>The 90 % interval of a figure over resampled groups (Efron's percentile interval).</summary>
    /// <param name="figure">The figure of a resampled list; null where it has none.</param>
    public static double[]? Interval<T>(IReadOnlyList<T[]> groups, Func<IReadOnlyList<T>, double?> figure, long seed, int resamples = 1000)
    {
        if (groups.Count < 2) return null;
        var numbers = SeededNumbers.Named(seed, "bootstrap");
        var figures = new List<double>(resamples);
        for (var r = 0; r < resamples; r++)
        {
            var drawn = new List<T>();
            for (var g = 0; g < groups.Count; g++) drawn.AddRange(groups[numbers.Below(groups.Count)]);
            if (figure(drawn) is { } value && double.IsFinite(value)) figures.Add(value);
        }
        if (figures.Count == 0) return null;
        figures.Sort();
        return [figures[(int)(0.05 * (figures.Count - 1))], figures[(int)Math.Ceiling(0.95 * (figures.Count - 1))]];
    }
}
