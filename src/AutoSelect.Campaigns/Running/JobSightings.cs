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
        var direction = job.Spec.Objective.Direction;
        var sighting = new JobSighting(job.Phase)
        {
            DeviceSeconds = job.ChargedSeconds,
            Seconds = job.ElapsedSeconds,
            Progress = Progress(job.Trials.Select(t => (t.Curve.IsEmpty ? 0 : t.Curve[^1].Step, t.HorizonSteps))),
            Direction = direction,
            Value = Best(direction, job.Trials.Where(t => !t.Curve.IsEmpty).Select(t => t.Curve[^1].Deliverable(direction))),
        };
        return job.Rungs.LastOrDefault(r => !r.Forecasts.IsEmpty) is { } rung
            ? sighting.With(rung.DecidedAt, rung.Forecasts, job.Trials.Select(t => (t.Id, t.State))) : sighting;
    }

    /// <summary>The part of its run that the furthest candidate has trained.</summary>
    /// <param name="candidates">Steps of each one's last point, and of its whole run.</param>
    public static double Progress(IEnumerable<(long Step, long Horizon)> candidates) =>
        candidates.Select(c => Math.Min(1, (double)c.Step / Math.Max(1, c.Horizon))).DefaultIfEmpty().Max();

    /// <summary>The best of the values that candidates would deliver now; null where there is none.</summary>
    /// <param name="direction">Of the metric.</param>
    /// <param name="values">Those that are not finite do not count.</param>
    public static double? Best(Direction direction, IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).ToList();
        return finite.Count == 0 ? null : direction == Direction.Maximize ? finite.Max() : finite.Min();
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
