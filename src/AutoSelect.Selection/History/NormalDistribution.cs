namespace AutoSelect.Selection.History;

/// <summary>The standard normal distribution.</summary>
internal static class NormalDistribution
{
    /// <summary>P(Z ≤ z), by the approximation 26.2.17 of Abramowitz and Stegun (1964); error below 7.5e-8.</summary>
    public static double Below(double z)
    {
        var t = 1 / (1 + 0.2316419 * Math.Abs(z));
        var tail = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z > 0 ? 1 - tail : tail;
    }

    /// <summary>z with P(Z ≤ z) = p, by the approximation of Acklam (2003), relative error below 1.2e-9; ±8 beyond 1e-15.</summary>
    public static double Quantile(double p)
    {
        if (p > 0.5) return -Quantile(1 - p);
        if (p < 1e-15) return -8;
        if (p < 0.02425)
        {
            var q = Math.Sqrt(-2 * Math.Log(p));
            return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
                    + 4.374664141464968) * q + 2.938163982698783)
                / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
        }
        var c = p - 0.5;
        var r = c * c;
        return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r + 1.383577518672690e+02) * r
                - 3.066479806614716e+01) * r + 2.506628277459239) * c
            / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r + 6.680131188771972e+01) * r
                - 1.328068155288572e+01) * r + 1);
    }
}
