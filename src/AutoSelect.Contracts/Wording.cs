using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoSelect.Contracts;

/// <summary>Figures as people read them, alike in reasons, on the terminal and in reports: one format for each kind of figure.</summary>
public static partial class Wording
{
    /// <summary>Seconds as "2.1 ms", "0.25 s", "42.0 s", "3 min 12 s", "10 min", "2 h 05 min"; an infinite time is "never", none is
    /// "unknown".</summary>
    public static string Duration(double seconds)
    {
        if (double.IsNaN(seconds)) return "unknown";
        if (double.IsInfinity(seconds)) return "never";
        var size = Math.Abs(seconds);
        var sign = seconds < 0 ? "-" : "";
        if (size is > 0 and < 0.00995) return string.Create(CultureInfo.InvariantCulture, $"{sign}{size * 1e3:0.##} ms");
        if (size < 0.995) return string.Create(CultureInfo.InvariantCulture, $"{sign}{size:0.##} s");
        if (size < 59.95) return string.Create(CultureInfo.InvariantCulture, $"{sign}{size:0.0} s");
        var whole = (long)Math.Round(size, MidpointRounding.AwayFromZero);
        return sign + (whole < 3600 ? Pair(whole / 60, "min", whole % 60, "s") : Pair(whole / 3600, "h", whole % 3600 / 60, "min"));
        static string Pair(long large, string unit, long small, string smallUnit) =>
            small == 0 ? $"{large} {unit}" : $"{large} {unit} {small:00} {smallUnit}";
    }

    /// <summary>Seconds of one step in the unit that suits them, three digits: "850 µs", "12.3 ms", "1.25 s".</summary>
    public static string StepTime(double seconds) =>
        seconds < 1e-3 ? $"{Number(seconds * 1e6, 3)} µs" : seconds < 1 ? $"{Number(seconds * 1e3, 3)} ms" : $"{Number(seconds, 3)} s";

    /// <summary>A measured value of a metric, four digits that stand below each other in a table: "0.8200", "12.50", "1.23e-5"; "–" where
    /// there is none.</summary>
    public static string Value(double? value) => value is { } known ? Value(known) : "–";

    /// <summary>A measured value of a metric, as the other overload.</summary>
    public static string Value(double value) =>
        !double.IsFinite(value) ? Number(value)
        : value != 0 && Math.Abs(value) is < 1e-3 or >= 1e5 ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
        : value.ToString(
            Math.Abs(value) switch { < 1 => "0.0000", < 10 => "0.000", < 100 => "0.00", < 1000 => "0.0", _ => "0" },
            CultureInfo.InvariantCulture);

    /// <summary>A number as short as it goes, such as one that somebody chose: "0.9", "1.4e-8", "∞".</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Most significant digits.</param>
    public static string Number(double value, int digits = 6) =>
        double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "∞" : "-∞")
        : Exponent().Replace(value.ToString("G" + digits, CultureInfo.InvariantCulture), "e$1");

    /// <summary>A share: "47 %"; what is more than nothing and less than all is never rounded to these: "&lt;1 %", "&gt;99 %".</summary>
    public static string Percent(double share) =>
        share is > 0 and < 0.01 ? "<1 %" : share is > 0.995 and < 1 ? ">99 %"
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(100 * share, MidpointRounding.AwayFromZero):0} %");

    /// <summary>"2 candidates", "1 candidate".</summary>
    public static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>An amount of the objective's unit, such as a regret: a duration where that is "s", else of the metric.</summary>
    public static string Amount(double amount, string unit) => unit == "s" ? Duration(amount) : $"{Number(amount, 3)} {unit}";

    /// <summary>Bytes in binary units: "512 B", "1.5 KiB", "3.0 MiB".</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        while (value >= 1024 && unit < units.Length - 1) (value, unit) = (value / 1024, unit + 1);
        return value.ToString(unit == 0 || value >= 99.5 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>Passes over the training data: "1.50", "12.0".</summary>
    public static string Epochs(double epochs) => epochs.ToString(epochs < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>Median and the interval from the 5th to the 95th percentile: "20.0 s (14.0 s–∞)".</summary>
    /// <param name="quantiles">The distribution.</param>
    /// <param name="format">Of a finite value.</param>
    public static string Interval(Quantiles quantiles, Func<double, string> format)
    {
        string End(double value) => double.IsFinite(value) ? format(value) : "∞";
        return $"{End(quantiles.P50)} ({End(quantiles.P05)}–{End(quantiles.P95)})";
    }

    /// <summary>What a job is to achieve: "fastest to accuracy ≥ 0.9 within 10 min".</summary>
    public static string Objective(Objective objective)
    {
        var sign = objective.Direction == Direction.Maximize ? "≥" : "≤";
        var by = objective.DeadlineSeconds is { } deadline ? $" within {Duration(deadline)}" : "";
        return objective.Kind switch
        {
            ObjectiveKind.FastestTo => $"fastest to {objective.Metric} {sign} {Number(objective.Target ?? double.NaN)}{by}",
            ObjectiveKind.BestBy => $"best {objective.Metric}{by}",
            _ => $"{objective.Metric} against time, 0.01 worth {Duration((objective.SecondsPerUnit ?? double.NaN) / 100)}{by}",
        };
    }

    /// <summary>Hyperparameters, schedule and what else a candidate differs by from others of its strategy and batch size.</summary>
    public static string Candidate(Candidate candidate) => string.Join(", ",
        candidate.Hyperparameters.Select(h => $"{h.Key} {Number(h.Value, 4)}")
            .Append($"{candidate.Schedule.Kind.ToString().ToLowerInvariant()} over {Number(candidate.Schedule.HorizonEpochs, 4)} epochs")
            .Concat(candidate.Axes()));

    /// <summary>The name of a number as words: "expectedRegret" as "expected regret".</summary>
    public static string Key(string name) => Capitals().Replace(name, m => " " + m.Value.ToLowerInvariant());

    /// <summary>E+05 and E-08, of which only what is needed stays.</summary>
    [GeneratedRegex(@"E\+?(-?)0*")]
    private static partial Regex Exponent();

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]")]
    private static partial Regex Capitals();
}
