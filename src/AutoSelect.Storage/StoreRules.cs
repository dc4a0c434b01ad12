using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>What every store refuses before it writes or reads anything.</summary>
internal static class StoreRules
{
    /// <exception cref="ArgumentException">No events, or numbers with a gap, or the summary of another job.</exception>
    public static void CheckAppend(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary)
    {
        if (events.Count == 0) throw new ArgumentException($"0 events for {job}: at least 1 is needed.", nameof(events));
        for (var i = 0; i < events.Count; i++)
        {
            var (number, expected) = (events[i].Number, expectedVersion + 1 + i);
            if (number == expected) continue;
            throw new ArgumentException($"An event of {job} has number {number}: it must be {expected}.", nameof(events));
        }
        if (summary is not null) CheckSummary(job, summary);
    }

    /// <exception cref="ArgumentException">Its number is not 1, or the summary is of another job.</exception>
    public static void CheckFirst(JobId job, JobEvent first, JobSummary summary)
    {
        if (first.Number != 1)
            throw new ArgumentException($"The first event of {job} has number {first.Number}: it must be 1.", nameof(first));
        CheckSummary(job, summary);
    }

    /// <returns>Where the page begins; null for the first.</returns>
    /// <exception cref="ArgumentException">A page of no jobs, or one after no <see cref="JobPage.Next"/>.</exception>
    public static JobCursor? CheckQuery(JobQuery query)
    {
        if (query.Size < 1) throw new ArgumentOutOfRangeException(nameof(query), query.Size, "A page must have at least 1 job.");
        return query.After is { } text ? JobCursor.Parse(text, query.By) : null;
    }

    /// <exception cref="ArgumentOutOfRangeException">A demand for some devices that could do with none.</exception>
    public static void CheckDemand(Demand demand)
    {
        if (demand.Most > 0 && demand.Least < 1)
            throw new ArgumentOutOfRangeException(nameof(demand), demand.Least, "A demand must be for at least 1 device.");
    }

    /// <exception cref="ArgumentException">A limit breaks its rule.</exception>
    public static void CheckLimits(ProjectLimits limits)
    {
        if (limits.Fault() is { } fault) throw new ArgumentException($"{limits.Project}: {fault}.", nameof(limits));
    }

    private static void CheckSummary(JobId job, JobSummary summary)
    {
        if (summary.Id != job) throw new ArgumentException($"The summary is of {summary.Id}: it must be of {job}.", nameof(summary));
    }
}
