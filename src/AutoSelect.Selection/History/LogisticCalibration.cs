namespace AutoSelect.Selection.History;

/// <summary>
/// Corrects probabilities on the logit scale, σ(a + b logit p) (Platt, 1999): b below 1 takes back what a model is surer of than
/// experience on families that it has not seen allows.
/// </summary>
internal readonly record struct LogisticCalibration(double Shift, double Slope)
{
    private const double UsualSlope = 0.7;
    private const double Ridge = 0.02;
    private const double Extreme = 0.005;

    public double Apply(double probability) => 1 / (1 + Math.Exp(-Shift - Slope * Logit(probability)));

    /// <summary>Fits by Newton's method, a drawn towards 0 and b towards .7; b stays within .1 and 1.2.</summary>
    /// <param name="outcomes">Weights sum to about the number of families, so that the pull weighs a fiftieth of one.</param>
    public static LogisticCalibration Fit(IReadOnlyCollection<(double Probability, bool Happened, double Weight)> outcomes)
    {
        var (a, b) = (0.0, 1.0);
        for (var round = 0; round < 30; round++)
        {
            var (ga, gb, haa, hab, hbb) = (Ridge * a, Ridge * (b - UsualSlope), Ridge, 0.0, Ridge);
            foreach (var (probability, happened, weight) in outcomes)
            {
                var x = Logit(probability);
                var p = 1 / (1 + Math.Exp(-a - b * x));
                var (residual, curvature) = (weight * (p - (happened ? 1 : 0)), weight * p * (1 - p));
                (ga, gb) = (ga + residual, gb + residual * x);
                (haa, hab, hbb) = (haa + curvature, hab + curvature * x, hbb + curvature * x * x);
            }
            var determinant = haa * hbb - hab * hab;
            a -= (hbb * ga - hab * gb) / determinant;
            b = Math.Clamp(b - (haa * gb - hab * ga) / determinant, 0.1, 1.2);
        }
        return new(a, b);
    }

    private static double Logit(double p)
    {
        var inside = Math.Clamp(p, Extreme, 1 - Extreme);
        return Math.Log(inside / (1 - inside));
    }
}
