using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>The bad edge of the band that a committed run is watched against.</summary>
internal static class WatchedBand
{
    /// <summary>
    /// Largest turned value (smaller is better) that still agrees with the forecast at a step: the median plus
    /// <paramref name="width"/> times the distance from it to the worse end of the 90 % interval. Null without a band there.
    /// </summary>
    public static double? Limit(Forecast forecast, long step, double sign, double width)
    {
        var bands = forecast.Bands;
        if (bands.IsDefaultOrEmpty || step < bands[0].Step) return null;
        var j = 0;
        while (j < bands.Length - 1 && bands[j + 1].Step < step) j++;
        var (before, after) = (bands[j], bands[Math.Min(j + 1, bands.Length - 1)]);
        var share = after.Step > before.Step ? Math.Clamp((double)(step - before.Step) / (after.Step - before.Step), 0, 1) : 0;
        var (first, second) = (Edge(before.Value, sign, width), Edge(after.Value, sign, width));
        return first + share * (second - first);
    }

    private static double Edge(Quantiles value, double sign, double width)
    {
        var (median, worse) = (sign * value.P50, Math.Max(sign * value.P05, sign * value.P95));
        return median + width * (worse - median);
    }
}
