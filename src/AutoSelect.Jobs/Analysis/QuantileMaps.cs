using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>Quantiles of what is computed from a quantity.</summary>
internal static class QuantileMaps
{
    /// <summary>Of a function of it that does not fall.</summary>
    public static Quantiles Map(this Quantiles q, Func<double, double> f) =>
        new() { P05 = f(q.P05), P25 = f(q.P25), P50 = f(q.P50), P75 = f(q.P75), P95 = f(q.P95) };

    /// <summary>In order again, where the function falls.</summary>
    public static Quantiles Sorted(this Quantiles q)
    {
        double[] v = [q.P05, q.P25, q.P50, q.P75, q.P95];
        Array.Sort(v);
        return new Quantiles { P05 = v[0], P25 = v[1], P50 = v[2], P75 = v[3], P95 = v[4] };
    }
}
