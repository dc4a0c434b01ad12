using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Views;

/// <summary>How figures of a job are written for people.</summary>
internal static class Figures
{
    /// <summary>Four significant digits, as short as they go.</summary>
    public static string Value(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "∞" : "-∞")
        : value != 0 && Math.Abs(value) is < 1e-3 or >= 1e5 ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) switch { < 1 => "0.0000", < 10 => "0.000", < 100 => "0.00", < 1000 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);

    /// <summary>As short as it goes, for values that people chose.</summary>
    public static string Chosen(double value) => value.ToString("G6", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal);

    public static string Percent(double share) => share is > 0 and < 0.01 ? "<1 %" : share is < 1 and > 0.99 ? ">99 %" : $"{Math.Round(share * 100):0} %";

    public static string Epochs(double epochs) => epochs.ToString(epochs < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>What the job is to achieve, such as "fastest to accuracy ≥ 0.9".</summary>
    public static string Goal(Objective objective)
    {
        var sign = objective.Direction == Direction.Maximize ? "≥" : "≤";
        var by = objective.DeadlineSeconds is { } deadline ? $" by {Quantities.Time(deadline)}" : "";
        return objective.Kind switch
        {
            ObjectiveKind.FastestTo => $"fastest to {objective.Metric} {sign} {Chosen(objective.Target ?? double.NaN)}{by}",
            ObjectiveKind.BestBy => $"best {objective.Metric}{by}",
            _ => $"{objective.Metric} against time, 0.01 worth {Quantities.Time((objective.SecondsPerUnit ?? double.NaN) / 100)}{by}",
        };
    }

    /// <summary>Median and the interval from the 5th to the 95th percentile.</summary>
    public static string Interval(Quantiles quantiles, Func<double, string> format)
    {
        string End(double value) => double.IsFinite(value) ? format(value) : "∞";
        return $"{End(quantiles.P50)} ({End(quantiles.P05)}–{End(quantiles.P95)})";
    }
}
