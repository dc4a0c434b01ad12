using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>Until when more devices are of use to jobs, by their deadlines and forecasts.</summary>
internal sealed class UsefulTimes(IJobStore jobs)
{
    private readonly Dictionary<JobId, JobRecord> records = [];

    /// <summary>Looks at jobs again; those that are not asked about are forgotten.</summary>
    /// <returns>The time of each where it is known.</returns>
    /// <exception cref="StoreUnavailableException">They cannot be read.</exception>
    public async Task<IReadOnlyDictionary<JobId, DateTimeOffset>> Read(IReadOnlyCollection<JobId> asked)
    {
        foreach (var gone in records.Keys.Except(asked).ToArray()) records.Remove(gone);
        var times = new Dictionary<JobId, DateTimeOffset>();
        foreach (var job in asked)
        {
            var events = await jobs.Changes(job, records.GetValueOrDefault(job)?.Version ?? 0);
            if (events.Aggregate(records.GetValueOrDefault(job), JobFold.Apply) is not { } record) continue;
            records[job] = record;
            if (UsefulUntil(record) is { } until) times[job] = until;
        }
        return times;
    }

    /// <summary>
    /// The deadline, or when the job is forecast to have come to its target if that is earlier. A forecast is of the committed trial, else
    /// of the earliest to arrive; its median. Null where neither is known.
    /// </summary>
    public static DateTimeOffset? UsefulUntil(JobRecord record)
    {
        var began = record.StartedAt.AddSeconds(record.PausedSeconds);
        var ends = new[] { record.Spec.Objective.DeadlineSeconds, Arrival(record) }.OfType<double>().Where(s => s < MostSeconds).ToArray();
        return ends.Length == 0 ? null : began.AddSeconds(ends.Min());
    }

    /// <summary>What is further away is as good as never, and beyond what a date can hold.</summary>
    private const double MostSeconds = 1e9;

    /// <summary>Seconds of the job's clock; null where there is no target or no forecast.</summary>
    private static double? Arrival(JobRecord record)
    {
        if (record.Rungs is not [.., { } rung]) return null;
        var forecasts = rung.Forecasts.Where(f => record.Commit is not { } commit || f.Trial == commit.Winner);
        return rung.DecidedAt + forecasts.Select(f => f.SecondsToTarget?.P50).Min();
    }
}
