using AutoSelect.Contracts;
using AutoSelect.Jobs;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>What logs, metrics and traces are told of a job: read off its events, after they are stored.</summary>
internal sealed class JobNotes(JobGrainParts parts, ILogger logger) : IDisposable
{
    private readonly AutoSelectTelemetry telemetry = parts.Telemetry;
    private readonly HashSet<TrialId> open = [];
    private JobTrace? trace;
    private JobId? held;

    /// <summary>What the span of a trial's segment on its device is to be below; null when nobody traces.</summary>
    public string? Parent(TrialId trial) => trace?.Parent(trial);

    /// <summary>A job was read from the store, and goes on from here where it may.</summary>
    public void Read(JobRecord record)
    {
        logger.Activated(record.Id, record.Version);
        open.UnionWith(record.Trials.Where(t => t.OpenSegment() is not null).Select(t => t.Id));
        if (record.IsRunning) Hold(record, record.StartedAt.AddSeconds(record.ElapsedSeconds + record.PausedSeconds));
    }

    /// <summary>Takes note of an event.</summary>
    /// <param name="record">With the event.</param>
    /// <param name="e">Which.</param>
    public void Stored(JobRecord record, JobEvent e)
    {
        if (record.IsRunning)
        {
            trace ??= new JobTrace(record);
            Hold(record, e.Time);
        }
        switch (e.Change)
        {
            case JobRequested requested:
                logger.Requested(record.Id, requested.Request.Kind, requested.Request.Reason);
                break;
            case SegmentStarted started:
                open.Add(started.Trial);
                trace?.Started(started.Trial, started.Segment);
                logger.SegmentStarted(record.Id, started.Trial, string.Join(", ", started.Segment.Members().Select(m => m.Device)),
                    started.Segment.FromStep, started.Segment.UntilStep);
                break;
            case SegmentReported reported:
                foreach (var point in reported.Points) telemetry.Measured(point, record[reported.Trial].Candidate.Strategy);
                break;
            case SegmentEnded ended:
                open.Remove(ended.Trial);
                trace?.Ended(ended.Trial, ended.End);
                Count(record[ended.Trial]);
                logger.SegmentEnded(record.Id, ended.Trial, ended.End, ended.Progress.Step, ended.StateReason);
                break;
            case JobDecided decided:
                trace?.Decided(decided.Rung);
                telemetry.Decided(decided.Rung, record.Trials.ToDictionary(t => t.Id, t => t.Candidate.Strategy));
                logger.Decided(record.Id, decided.Rung.Rung, decided.Rung.Summary);
                break;
            case DecisionFailed failed:
                telemetry.DecisionFailed();
                logger.DecisionFailed(record.Id, failed.Attempt, failed.Reason);
                break;
            case JobHeld held:
                logger.Held(record.Id, held.Reason);
                break;
            case JobAdmitted:
                logger.Admitted(record.Id);
                break;
            case JobPaused:
                logger.Paused(record.Id, record.Notice);
                break;
            case JobEnded ended:
                // Those that ran end with their job, and have no events of their own.
                foreach (var trial in open) Count(record[trial]);
                open.Clear();
                telemetry.Jobs.Ended(record);
                parts.JudgeForecasts(record.Id).Ignore();
                logger.Ended(record.Id, ended.Phase, ended.Outcome.Summary);
                break;
        }
        if (!record.IsRunning) Dispose();
    }

    public void Dispose()
    {
        trace?.Dispose();
        trace = null;
        if (held is { } job) telemetry.Jobs.Leaves(job);
        held = null;
    }

    private void Count(Trial trial) => telemetry.SegmentEnded(trial.Segments[^1], trial.Candidate.Strategy);

    private void Hold(JobRecord record, DateTimeOffset at)
    {
        held = record.Id;
        telemetry.Jobs.Holds(record, at);
    }
}
