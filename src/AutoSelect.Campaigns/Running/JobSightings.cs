using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Running;

/// <summary>How a campaign sees the forecasts of a job's last decision.</summary>
internal static class JobSightings
{
    /// <summary>A job as its record has it.</summary>
    public static JobSighting FromRecord(JobRecord job)
    {
        var sighting = new JobSighting(job.Phase) { DeviceSeconds = job.ChargedSeconds, Seconds = job.ElapsedSeconds };
        return job.Rungs.LastOrDefault(r => !r.Forecasts.IsEmpty) is { } rung
            ? sighting.With(rung.DecidedAt, rung.Forecasts, job.Trials.Select(t => (t.Id, t.State))) : sighting;
    }

    /// <summary>With what was forecast for the candidates that may still train.</summary>
    /// <param name="sighting">The job.</param>
    /// <param name="at">Seconds of its clock at which that was.</param>
    /// <param name="forecasts">Of a decision.</param>
    /// <param name="trials">All of the job, as they are now.</param>
    public static JobSighting With(
        this JobSighting sighting, double at, ImmutableArray<Forecast> forecasts, IEnumerable<(TrialId Trial, TrialState State)> trials)
    {
        var alive = trials.Where(t => t.State is not (TrialState.Stopped or TrialState.Failed)).Select(t => t.Trial).ToHashSet();
        ImmutableArray<Forecast> told = [.. forecasts.Where(f => alive.Contains(f.Trial))];
        return sighting with { Forecasts = told, Unforeseen = alive.Count - told.Length, ForecastAt = at };
    }
}
