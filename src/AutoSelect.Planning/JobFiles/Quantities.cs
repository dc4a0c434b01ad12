using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Durations such as 1h30m and sizes such as 4GiB, as people write them.</summary>
public static partial class Quantities
{
    public const string DurationRule = "it must be a duration above 0 with units, such as 90s, 5m or 1h30m";
    public const string SizeRule = "it must be a size above 0 with a unit, such as 500MB or 4GiB";

    /// <summary>Seconds of a duration; null where it is none or not above 0.</summary>
    public static double? Seconds(string text)
    {
        var match = DurationPattern().Match(text);
        if (!match.Success || text.Length == 0) return null;
        double Part(string unit, double factor) => match.Groups[unit].Success ? Number(match.Groups[unit].Value) * factor : 0;
        var seconds = Part("d", 86400) + Part("h", 3600) + Part("m", 60) + Part("s", 1) + Part("ms", 1e-3);
        return seconds > 0 && double.IsFinite(seconds) ? seconds : null;
    }

    /// <summary>Bytes of a size; null where it is none or not above 0.</summary>
    public static long? Bytes(string text)
    {
        var match = SizePattern().Match(text);
        if (!match.Success) return null;
        var bytes = Number(match.Groups["n"].Value) * match.Groups["unit"].Value switch
        {
            "B" => 1.0,
            "kB" or "KB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "TB" => 1e12,
            "KiB" => 1L << 10,
            "MiB" => 1L << 20,
            "GiB" => 1L << 30,
            _ => 1L << 40,
        };
        return bytes >= 1 && bytes < long.MaxValue ? (long)bytes : null;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private const string N = @"\d+(\.\d+)?";

    [GeneratedRegex($@"^((?<d>{N})d)?((?<h>{N})h)?((?<m>{N})m)?((?<s>{N})s)?((?<ms>{N})ms)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex DurationPattern();

    [GeneratedRegex($@"^(?<n>{N}) ?(?<unit>B|[kKMGT]B|[KMGT]iB)$", RegexOptions.ExplicitCapture)]
    private static partial Regex SizePattern();
}
