using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>When a trial was forecast to reach the target, brought up to date with what was seen of it since.</summary>
/// <param name="Seconds">From the forecast on; infinite where more mass than that misses.</param>
/// <param name="Probability">That it arrives at all.</param>
internal sealed record ArrivalForecast(Quantiles Seconds, double Probability)
{
    private static readonly double[] Shares = [.05, .25, .5, .75, .95];

    /// <summary>Null without a target.</summary>
    /// <param name="forecast">Of the trial.</param>
    /// <param name="pace">Seconds of a step as measured by now, over those that the forecast reckoned with.</param>
    public static ArrivalForecast? FromForecast(Forecast forecast, double pace) => forecast.SecondsToTarget is not { } seconds ? null
        : new(FromValues([.. Values(seconds).Select(s => s * pace)]), forecast.ProbabilityOfTarget
            ?? Shares.Zip(Values(seconds)).Where(q => double.IsFinite(q.Second)).Select(q => q.First).DefaultIfEmpty(0).Max());

    /// <summary>
    /// The same where the trial has trained on for some seconds and not arrived; null where nearly all that was forecast lies behind it.
    /// </summary>
    /// <remarks>Between the quantiles the distribution is taken to be even, and beyond the last finite one as steep as before it.</remarks>
    public ArrivalForecast? NotBy(double seconds)
    {
        if (seconds <= 0) return this;
        var gone = ShareBy(seconds);
        if (gone >= Math.Min(.95, Probability)) return null;
        return new(FromValues([.. Shares.Select(p => Math.Max(seconds, At(gone + p * (1 - gone))))]), (Probability - gone) / (1 - gone));
    }

    /// <summary>The finite quantiles after the moment of the forecast, with their shares.</summary>
    private List<(double Share, double Seconds)> Known() =>
        [(0, 0), .. Shares.Zip(Values(Seconds)).Where(q => double.IsFinite(q.Second))];

    private double ShareBy(double seconds)
    {
        var known = Known();
        var after = known.FindIndex(q => q.Seconds >= seconds);
        if (after < 0) return Math.Min(Probability, known[^1].Share + (seconds - known[^1].Seconds) * Steepness(known));
        if (after == 0) return 0;
        var (low, high) = (known[after - 1], known[after]);
        return low.Share + (high.Share - low.Share) * (seconds - low.Seconds) / (high.Seconds - low.Seconds);
    }

    private double At(double share)
    {
        if (share > Probability) return double.PositiveInfinity;
        var known = Known();
        var after = known.FindIndex(q => q.Share >= share);
        if (after < 0)
            return Steepness(known) is var steep and > 0 ? known[^1].Seconds + (share - known[^1].Share) / steep : double.PositiveInfinity;
        if (after == 0) return 0;
        var (low, high) = (known[after - 1], known[after]);
        return low.Seconds + (high.Seconds - low.Seconds) * (share - low.Share) / (high.Share - low.Share);
    }

    /// <summary>Share a second between the last two of the known quantiles; 0 where there is but one.</summary>
    private static double Steepness(List<(double Share, double Seconds)> known) =>
        known.Count < 2 || known[^1].Seconds <= known[^2].Seconds ? 0
        : (known[^1].Share - known[^2].Share) / (known[^1].Seconds - known[^2].Seconds);

    private static double[] Values(Quantiles q) => [q.P05, q.P25, q.P50, q.P75, q.P95];

    private static Quantiles FromValues(double[] v) => new() { P05 = v[0], P25 = v[1], P50 = v[2], P75 = v[3], P95 = v[4] };
}
