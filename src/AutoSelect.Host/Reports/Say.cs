using System.Globalization;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports;

/// <summary>Figures and objectives in words, alike in the report and the explanation.</summary>
internal static partial class Say
{
    /// <summary>"4.2 s", "2 min 05 s", "3 h 20 min"; infinite is "never".</summary>
    public static string Seconds(double seconds)
    {
        if (double.IsNaN(seconds)) return "unknown";
        if (double.IsInfinity(seconds)) return "never";
        var size = Math.Abs(seconds);
        var sign = seconds < 0 ? "−" : "";
        if (size < 1) return string.Create(CultureInfo.InvariantCulture, $"{sign}{size:0.##} s");
        if (size < 59.95) return string.Create(CultureInfo.InvariantCulture, $"{sign}{size:0.0} s");
        var whole = (long)Math.Round(size);
        return sign + (whole < 3600 ? Pair(whole / 60, "min", whole % 60, "s") : Pair(whole / 3600, "h", whole % 3600 / 60, "min"));
        static string Pair(long large, string unit, long small, string smallUnit) => small == 0 ? $"{large} {unit}" : $"{large} {unit} {small:00} {smallUnit}";
    }

    /// <summary>Time of one step, in the unit that suits it.</summary>
    public static string StepTime(double seconds) =>
        seconds < 1e-3 ? $"{Number(seconds * 1e6, 3)} µs" : seconds < 1 ? $"{Number(seconds * 1e3, 3)} ms" : $"{Number(seconds, 3)} s";

    /// <summary>A value of the metric, four significant digits.</summary>
    public static string Value(double? value) => value is { } v ? Number(v, 4) : "–";

    public static string Number(double value, int digits) =>
        double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "∞" : "−∞")
        : value.ToString("G" + digits, CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace("E+0", "e", StringComparison.Ordinal).Replace('-', '−');

    public static string Percent(double share) => share is > 0 and < 0.01 ? "<1 %" : share is > 0.995 and < 1 - 1e-9 ? ">99 %" : $"{Math.Round(100 * share):0} %";

    /// <summary>An amount of the objective's unit: seconds, or the metric.</summary>
    public static string Amount(double amount, string unit) => unit == "s" ? Seconds(amount) : $"{Number(amount, 3)} {unit}";

    /// <summary>"2 candidates", "1 candidate".</summary>
    public static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";

    public static string Objective(Objective objective)
    {
        var by = objective.DeadlineSeconds is { } d ? $" within {Seconds(d)}" : "";
        return objective.Kind switch
        {
            ObjectiveKind.FastestTo => $"fastest to {objective.Metric} {(objective.Direction == Direction.Maximize ? "≥" : "≤")} {Value(objective.Target)}{by}",
            ObjectiveKind.BestBy => $"best {objective.Metric}{by}",
            _ => $"{objective.Metric} against time, one unit worth {Seconds(objective.SecondsPerUnit ?? double.NaN)}{by}",
        };
    }

    /// <summary>Hyperparameters, batch size and schedule in one line.</summary>
    public static string Candidate(Candidate candidate) => string.Join(", ",
        candidate.Hyperparameters.Select(h => $"{h.Key} {Number(h.Value, 4)}")
            .Append($"{candidate.Schedule.Kind.ToString().ToLowerInvariant()} over {Number(candidate.Schedule.HorizonEpochs, 4)} epochs")
            .Concat(candidate.Axes()));

    /// <summary>The name of a number as words: "expectedRegret" as "expected regret".</summary>
    public static string Name(string key) => Capitals().Replace(key, m => " " + m.Value.ToLowerInvariant());

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]")]
    private static partial Regex Capitals();
}
