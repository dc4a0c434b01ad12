using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Place of a job in the order of submission: where a page ended.</summary>
/// <param name="Submitted">UTC ticks.</param>
/// <param name="Job">Decides between jobs of the same time.</param>
internal sealed record JobCursor(long Submitted, string Job)
{
    public static JobCursor At(JobSummary summary) => new(summary.SubmittedAt.UtcTicks, summary.Id.Value);

    /// <exception cref="ArgumentException">It is no <see cref="JobPage.Next"/>.</exception>
    public static JobCursor Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new JobCursor(ticks, text[(dot + 1)..])
            : throw new ArgumentException($"\"{text}\" is no end of a page.", nameof(text));
    }

    public override string ToString() => $"{Submitted}.{Job}";
}
