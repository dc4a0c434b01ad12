using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.History;

namespace AutoSelect.Campaigns.Samplers;

/// <summary>
/// A density over the shares of one parameter: a mixture of equal parts of normal distributions cut off at 0 and 1, one around each
/// observation, and the prior, one around the middle with deviation 1. The deviation of an observation is the greater of the distances to
/// its neighbours left and right, kept from 1/min(100, parts + 1) to 1 (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for
/// hyper-parameter optimization", NIPS 2011, section 4, with the limits of hyperopt).
/// </summary>
internal sealed class ParzenEstimator
{
    private const double PriorCentre = 0.5, PriorDeviation = 1;

    /// <param name="observations">Shares, in any order.</param>
    public ParzenEstimator(IEnumerable<double> observations)
    {
        var parts = observations.Select(o => (Centre: o, IsPrior: false)).Append((Centre: PriorCentre, IsPrior: true))
            .OrderBy(p => p.Centre).ToArray();
        var least = PriorDeviation / Math.Min(100, parts.Length + 1);
        Centres = [.. parts.Select(p => p.Centre)];
        Deviations = [.. parts.Select((p, i) => p.IsPrior ? PriorDeviation : Math.Clamp(
            Math.Max(i > 0 ? Centres[i] - Centres[i - 1] : 0, i < parts.Length - 1 ? Centres[i + 1] - Centres[i] : 0),
            least, PriorDeviation))];
    }

    /// <summary>Ascending, the prior's among them.</summary>
    public double[] Centres { get; }

    public double[] Deviations { get; }

    /// <summary>The density at a share.</summary>
    public double Density(double share)
    {
        var sum = 0.0;
        for (var i = 0; i < Centres.Length; i++)
        {
            var z = (share - Centres[i]) / Deviations[i];
            sum += Math.Exp(-0.5 * z * z) / (Math.Sqrt(2 * Math.PI) * Deviations[i] * Inside(i));
        }
        return sum / Centres.Length;
    }

    /// <summary>The probability of a stretch of shares.</summary>
    public double Mass(double from, double to)
    {
        var sum = 0.0;
        for (var i = 0; i < Centres.Length; i++) sum += (Below(i, to) - Below(i, from)) / Inside(i);
        return sum / Centres.Length;
    }

    /// <summary>A share drawn from it.</summary>
    public double Draw(SeededNumbers numbers)
    {
        var i = numbers.Below(Centres.Length);
        var p = Below(i, 0) + numbers.Uniform() * Inside(i);
        return Math.Clamp(Centres[i] + Deviations[i] * NormalDistribution.Quantile(p), 0, Math.BitDecrement(1.0));
    }

    private double Inside(int i) => Below(i, 1) - Below(i, 0);

    private double Below(int i, double share) => NormalDistribution.Below((share - Centres[i]) / Deviations[i]);
}
