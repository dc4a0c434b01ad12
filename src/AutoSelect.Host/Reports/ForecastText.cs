using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports;

/// <summary>A forecast in words, with its 90 % interval and its probability.</summary>
internal static class ForecastText
{
    public static string Describe(Forecast forecast, Objective objective)
    {
        var end = $"at the end {objective.Metric} {Interval(forecast.FinalValue, Wording.Value)}";
        if (forecast is not { SecondsToTarget: { } seconds, ProbabilityOfTarget: { } chance } || objective.Target is not { } target)
            return end;
        var reaches = $"reaches {Wording.Number(target)} with {Wording.Percent(chance)}";
        return double.IsFinite(seconds.P50) ? $"{reaches}, in {Interval(seconds, Wording.Duration)}" : $"{reaches}, {end}";
    }

    /// <summary>"51.0 s to 1 min 51 s with 90 %", or where no end can be said "51.0 s or later with 95 %".</summary>
    public static string Range(Quantiles q, Func<double, string> format) => double.IsFinite(q.P95)
        ? $"{format(q.P05)} to {format(q.P95)} with 90 %" : $"{format(q.P05)} or later with 95 %";

    /// <summary>How sure it is that what is forecast comes at all; empty where that is certain, or no matter of time.</summary>
    public static string AtAll(double? probability) => probability is { } p and < .995 ? $", at all with {Wording.Percent(p)}" : "";

    private static string Interval(Quantiles q, Func<double, string> format) => $"{format(q.P50)} ({Range(q, format)})";
}
