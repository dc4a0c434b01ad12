using System.Globalization;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Deadlines of running jobs, as people write them.</summary>
public static partial class DeadlineText
{
    public const string Rule =
        "it must be a duration from the job's start such as 1h30m, one from now on such as +30m, a time with its offset such as "
        + "2026-11-29T08:00Z or 2026-11-29T09:00+01:00, or none";

    private const string None = "none";

    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz"];

    /// <summary>True for what is a deadline, whenever it would be.</summary>
    public static bool IsValid(string text) =>
        text == None || Quantities.Seconds(text.StartsWith('+') ? text[1..] : text) is not null || Time(text) is not null;

    /// <summary>Seconds of a job's clock at a deadline; infinite for none.</summary>
    /// <param name="text">The deadline.</param>
    /// <param name="job">Whose; while it is paused its clock stands still, and a time is taken as if it went on now.</param>
    /// <param name="now">By the clock of the control side.</param>
    /// <exception cref="ArgumentException">It is none; the message gives the value and the rule.</exception>
    public static double Seconds(string text, JobRecord job, DateTimeOffset now)
    {
        if (text == None) return double.PositiveInfinity;
        if (Quantities.Seconds(text) is { } fromStart) return fromStart;
        var clock = job.ClockAt(now);
        if (text.StartsWith('+') && Quantities.Seconds(text[1..]) is { } fromNow) return clock + fromNow;
        return Time(text) is { } time ? clock + (time - now).TotalSeconds
            : throw new ArgumentException($"deadline is '{text}': {Rule}.");
    }

    /// <summary>The same text, with the offset of this machine where it is a time without one.</summary>
    public static string WithOffset(string text) =>
        DateTime.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var local)
            ? new DateTimeOffset(local).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture) : text;

    private static DateTimeOffset? Time(string text)
    {
        if (!Offset().IsMatch(text)) return null;
        var whole = text.EndsWith('Z') ? text[..^1] + "+00:00" : text;
        return DateTimeOffset.TryParseExact(whole, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
    }

    [GeneratedRegex(@"(Z|[+-]\d\d:\d\d)\z")]
    private static partial Regex Offset();
}
