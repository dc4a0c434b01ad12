namespace AutoSelect.Benchmarks;

/// <summary>Orders challengers of a baseline by joint draws of everybody's times to the target.</summary>
internal static class ChallengerChoice
{
    /// <summary>Each by what it alone takes off the baseline's expected time.</summary>
    public static int[] Ranked(double[][] draws, int baseline) =>
        [.. Challengers(draws, baseline).OrderBy(i => Mean(draws[baseline], draws[i]))];

    /// <summary>Each by what it takes off the time of the baseline and those before it.</summary>
    public static int[] Portfolio(double[][] draws, int baseline, int most)
    {
        var (left, chosen, lowest) = (Challengers(draws, baseline).ToList(), new List<int>(), draws[baseline]);
        while (left.Count > 0 && chosen.Count < most)
        {
            var best = left.MinBy(i => Mean(lowest, draws[i]));
            left.Remove(best);
            chosen.Add(best);
            lowest = [.. lowest.Zip(draws[best], Math.Min)];
        }
        return [.. chosen];
    }

    private static IEnumerable<int> Challengers(double[][] draws, int baseline) =>
        Enumerable.Range(0, draws.Length).Where(i => i != baseline);

    private static double Mean(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var s = 0; s < one.Length; s++) sum += Math.Min(one[s], other[s]);
        return sum / one.Length;
    }
}
