using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Where a page ended: in the order of submission at a job, in any other after a number of jobs.</summary>
/// <param name="Submitted">UTC ticks.</param>
/// <param name="Job">Decides between jobs of the same time.</param>
/// <param name="Skipped">Jobs before the page; 0 in the order of submission.</param>
internal sealed record JobCursor(long Submitted, string Job, int Skipped = 0)
{
    private const string Skip = "skip.";

    /// <summary>The end of a page.</summary>
    public static JobCursor After(JobQuery query, JobCursor? before, JobSummary last) => query.By == JobOrder.Submitted
        ? new(last.SubmittedAt.UtcTicks, last.Id.Value) : new(0, "", (before?.Skipped ?? 0) + query.Size);

    /// <exception cref="ArgumentException">It is no <see cref="JobPage.Next"/> of a list in that order.</exception>
    public static JobCursor Parse(string text, JobOrder by)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (by == JobOrder.Submitted && dot > 0
            && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks))
            return new JobCursor(ticks, text[(dot + 1)..]);
        if (by != JobOrder.Submitted && text.StartsWith(Skip, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Skip.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var skipped) && skipped > 0)
            return new JobCursor(0, "", skipped);
        throw new ArgumentException($"\"{text}\" is no end of a page.", nameof(text));
    }

    public override string ToString() => Skipped > 0 ? $"{Skip}{Skipped}" : $"{Submitted}.{Job}";
}
