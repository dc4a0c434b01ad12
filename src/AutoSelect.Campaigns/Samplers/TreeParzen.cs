using AutoSelect.Campaigns.Spaces;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Campaigns.Samplers;

/// <summary>
/// The tree-structured Parzen estimator of Bergstra, Bardenet, Bengio and Kégl (NIPS 2011). Points are split at a quantile of their losses
/// into good ones, with density l, and the others, with density g; of candidates drawn from l the one with the greatest l/g is taken, which
/// has the greatest expected improvement. Each parameter by itself, as in the paper for parameters that do not depend on each other.
/// Defaults as published with hyperopt (Bergstra, Yamins and Cox, 2013): the first 20 points are not chosen by it, ⌈√n/4⌉ points of n are
/// good, at most 25, and 24 candidates are drawn; older points weigh as much as newer ones. Points that failed or are still trained count
/// among the others, so that two at a time do not land in one place.
/// </summary>
internal static class TreeParzen
{
    public const int StartUp = 20;
    public const int Candidates = 24;
    private const int MostGood = 25;

    /// <summary>How many of n points are good.</summary>
    public static int Good(int n) => Math.Min((int)Math.Ceiling(0.25 * Math.Sqrt(n)), MostGood);

    /// <summary>The shares of the next point.</summary>
    /// <param name="space">Of the campaign.</param>
    /// <param name="known">Earlier points.</param>
    /// <param name="numbers">Random numbers.</param>
    /// <param name="start">The point where too little is known yet.</param>
    public static double[] Next(CampaignSpace space, IReadOnlyList<SampledPoint> known, SeededNumbers numbers, double[] start)
    {
        var measured = known.Where(p => p.Loss is { } loss && double.IsFinite(loss)).OrderBy(p => p.Loss!.Value).ToList();
        if (measured.Count < StartUp) return start;
        var good = measured.Take(Good(measured.Count)).ToList();
        var others = measured.Skip(good.Count).Concat(known.Where(p => p.Loss is not { } loss || !double.IsFinite(loss))).ToList();
        return [.. space.Parameters.Select((p, i) => p.IsChoice
            ? Choice(p, good.Select(g => g.Shares[i]), others.Select(o => o.Shares[i]), numbers)
            : Number(
                p, new ParzenEstimator(good.Select(g => g.Shares[i])), new ParzenEstimator(others.Select(o => o.Shares[i])), numbers))];
    }

    /// <summary>The probabilities of choices: in proportion to 1 + the times that each was observed.</summary>
    /// <param name="parameter">A choice.</param>
    /// <param name="shares">What was observed.</param>
    public static double[] Probabilities(CampaignParameter parameter, IEnumerable<double> shares)
    {
        var counts = new double[parameter.Choices.Length];
        Array.Fill(counts, 1);
        foreach (var share in shares) counts[parameter.Choices.IndexOf(parameter.At(share))]++;
        var sum = counts.Sum();
        return [.. counts.Select(c => c / sum)];
    }

    private static double Choice(
        CampaignParameter parameter, IEnumerable<double> good, IEnumerable<double> others, SeededNumbers numbers)
    {
        var (l, g) = (Probabilities(parameter, good), Probabilities(parameter, others));
        var best = Enumerable.Range(0, Candidates).Select(_ => Drawn(l, numbers)).MaxBy(i => l[i] / g[i]);
        return parameter.ShareOf(parameter.Choices[best]);
    }

    private static int Drawn(double[] probabilities, SeededNumbers numbers)
    {
        var u = numbers.Uniform();
        for (var i = 0; i < probabilities.Length - 1; i++)
            if ((u -= probabilities[i]) < 0) return i;
        return probabilities.Length - 1;
    }

    private static double Number(CampaignParameter parameter, ParzenEstimator good, ParzenEstimator others, SeededNumbers numbers) =>
        Enumerable.Range(0, Candidates).Select(_ => good.Draw(numbers)).MaxBy(share => Ratio(parameter, good, others, share));

    /// <summary>Of densities; of an integer's probabilities, as a density changes within it.</summary>
    private static double Ratio(CampaignParameter parameter, ParzenEstimator good, ParzenEstimator others, double share)
    {
        if (!parameter.IsInteger) return good.Density(share) / others.Density(share);
        var (from, to) = parameter.Stretch(double.Parse(parameter.At(share), System.Globalization.CultureInfo.InvariantCulture));
        return good.Mass(from, to) / others.Mass(from, to);
    }
}
