using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>What logs, metrics and traces are told of a job: read off its events, after they are stored.</summary>
internal sealed class JobNotes(AutoSelectTelemetry telemetry, ILogger logger) : IDisposable
{
    private JobTrace? trace;

    /// <summary>Parent of the spans of segments; null when nobody traces.</summary>
    public string? TraceParent => trace?.Parent;

    /// <summary>Takes note of an event.</summary>
    /// <param name="record">With the event.</param>
    /// <param name="e">Which.</param>
    public void Stored(JobRecord record, JobEvent e)
    {
        if (record.IsRunning) trace ??= new JobTrace(record);
        switch (e.Change)
        {
            case JobRequested requested:
                logger.Requested(record.Id, requested.Request.Kind, requested.Request.Reason);
                break;
            case SegmentStarted started:
                logger.SegmentStarted(record.Id, started.Trial, string.Join(", ", started.Segment.Members().Select(m => m.Device)),
                    started.Segment.FromStep, started.Segment.UntilStep);
                break;
            case SegmentReported reported:
                foreach (var point in reported.Points) telemetry.Measured(point, record[reported.Trial].Candidate.Strategy);
                break;
            case SegmentEnded ended:
                var trial = record[ended.Trial];
                telemetry.SegmentEnded(trial.Segments[^1], trial.Candidate.Strategy, trial.StepTime);
                logger.SegmentEnded(record.Id, ended.Trial, ended.End, ended.Progress.Step, ended.StateReason);
                break;
            case JobDecided decided:
                trace?.Decided(decided.Rung);
                telemetry.Decided(decided.Rung, record.Trials.ToDictionary(t => t.Id, t => t.Candidate.Strategy));
                logger.Decided(record.Id, decided.Rung.Rung, decided.Rung.Summary);
                break;
            case DecisionFailed failed:
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
                logger.Ended(record.Id, ended.Phase, ended.Outcome.Summary);
                break;
        }
        if (!record.IsRunning) Dispose();
    }

    public void Dispose()
    {
        trace?.Dispose();
        trace = null;
    }
}
