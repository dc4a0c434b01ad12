using System.Collections.Immutable;

namespace AutoSelect.Campaigns.Spaces;

/// <summary>The hyperparameters of a workload that a campaign goes through.</summary>
/// <param name="Parameters">At least one, in the order of the file.</param>
internal sealed record CampaignSpace(ImmutableArray<CampaignParameter> Parameters)
{
    /// <summary>Most parameters of a campaign.</summary>
    public const int Most = 24;

    /// <summary>The values at shares, one for each parameter.</summary>
    public ImmutableArray<string> At(IReadOnlyList<double> shares) => [.. Parameters.Select((p, i) => p.At(shares[i]))];

    /// <summary>The shares of values, one for each parameter.</summary>
    public double[] SharesOf(ImmutableArray<string> values) => [.. Parameters.Select((p, i) => p.ShareOf(values[i]))];

    /// <summary>
    /// Root mean square of the distances along the parameters, 0 to 1: that of shares on a scale, 0 or 1 between choices.
    /// </summary>
    public double Distance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < Parameters.Length; i++)
        {
            var d = Parameters[i].IsChoice ? (Math.Abs(a[i] - b[i]) > 1e-9 ? 1 : 0) : a[i] - b[i];
            sum += d * d;
        }
        return Math.Sqrt(sum / Parameters.Length);
    }

    /// <summary>Points of the full grid; of one beyond all use, 10¹⁵.</summary>
    public long GridSize() => (long)Math.Min(1e15, Parameters.Aggregate(1.0, (n, p) => n * p.Grid().Length));

    /// <summary>Point of the grid, counted from 0; the last parameter changes first. Null beyond the last.</summary>
    public ImmutableArray<string>? GridAt(long index)
    {
        if (index >= GridSize()) return null;
        var values = new string[Parameters.Length];
        for (var i = Parameters.Length - 1; i >= 0; i--)
        {
            var grid = Parameters[i].Grid();
            values[i] = grid[(int)(index % grid.Length)];
            index /= grid.Length;
        }
        return [.. values];
    }
}
