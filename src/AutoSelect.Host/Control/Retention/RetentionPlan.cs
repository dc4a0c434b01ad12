using System.Collections.Immutable;
using System.Globalization;

namespace AutoSelect.Host.Control.Retention;

/// <summary>Something that could go: a job's checkpoints, its weights, all of it, or a log.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Id of the job, or name of the log.</param>
/// <param name="Since">When the job ended, or the last line was written.</param>
/// <param name="Bytes">What it takes.</param>
/// <param name="UsedBy">An unfinished job that reads it; null for none.</param>
internal sealed record Holding(Kept Kind, string Name, DateTimeOffset Since, long Bytes, string? UsedBy = null);

/// <summary>Something that goes, and why.</summary>
internal sealed record Removal(Kept Kind, string Name, long Bytes, string Reason);

/// <summary>Something that would go but for an unfinished job that reads it.</summary>
internal sealed record Spared(Kept Kind, string Name, string Reason);

/// <summary>What a policy removes. Pure: a dry run says what the next run does.</summary>
/// <param name="Removals">In the order in which they are made.</param>
/// <param name="Spared">What stays for others' sake.</param>
internal sealed record RetentionPlan(ImmutableArray<Removal> Removals, ImmutableArray<Spared> Spared)
{
    /// <param name="policy">The limits.</param>
    /// <param name="found">All that there is of jobs that have ended, and of logs that nobody writes.</param>
    /// <param name="now">By the clock that the ends of jobs were written with.</param>
    public static RetentionPlan Decide(RetentionPolicy policy, IReadOnlyCollection<Holding> found, DateTimeOffset now)
    {
        var (removals, spared) = (ImmutableArray.CreateBuilder<Removal>(), ImmutableArray.CreateBuilder<Spared>());
        var gone = new HashSet<string>(StringComparer.Ordinal);
        // Whole jobs first: what goes with them need not be named.
        foreach (var kind in (Kept[])[Kept.Jobs, Kept.Checkpoints, Kept.Weights, Kept.Logs])
        {
            if (!policy.Limits.TryGetValue(kind, out var limits)) continue;
            var all = found.Where(c => c.Kind == kind && (kind == Kept.Logs || !gone.Contains(c.Name)))
                .OrderBy(c => c.Since).ThenBy(c => c.Name, StringComparer.Ordinal).ToList();
            var total = all.Sum(c => c.Bytes);
            foreach (var holding in all)
            {
                if (Reason(limits, holding, total, now) is not { } reason) continue;
                if (holding.UsedBy is { } user)
                {
                    spared.Add(new(kind, holding.Name, $"{reason}, but job {user} reads it"));
                    continue;
                }
                removals.Add(new(kind, holding.Name, holding.Bytes, reason));
                total -= holding.Bytes;
                if (kind == Kept.Jobs) gone.Add(holding.Name);
            }
        }
        return new RetentionPlan(removals.ToImmutable(), spared.ToImmutable());
    }

    /// <summary>"1.5 GB"; of what is less than a kilobyte the bytes.</summary>
    public static string Size(long bytes)
    {
        var (value, unit) = bytes switch
        {
            >= 1_000_000_000_000 => (bytes / 1e12, "TB"),
            >= 1_000_000_000 => (bytes / 1e9, "GB"),
            >= 1_000_000 => (bytes / 1e6, "MB"),
            >= 1_000 => (bytes / 1e3, "kB"),
            _ => (bytes, "B"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}");
    }

    private static string? Reason(KeepLimits limits, Holding holding, long total, DateTimeOffset now)
    {
        var age = now - holding.Since;
        if (age > limits.OlderThan) return string.Create(CultureInfo.InvariantCulture,
            $"{age.TotalDays:0.0} days old, and kept for {limits.OlderThan.Value.TotalDays:0.##}");
        return total > limits.MoreThan ? $"the oldest of {Size(total)}, of which {Size(limits.MoreThan.Value)} are kept" : null;
    }
}
