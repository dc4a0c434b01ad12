using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs;

/// <summary>
/// The record of a job as the fold of its events: the only place in which a record changes. Pure, and free of decisions: what an event
/// means was settled when it was made, so that an old job reads the same whatever the rules have become since.
/// </summary>
public static partial class JobFold
{
    /// <summary>The record at the last of the events.</summary>
    /// <param name="events">From the first on, without gaps.</param>
    /// <returns>Null without any.</returns>
    /// <exception cref="InvalidDataException">The events do not follow each other.</exception>
    public static JobRecord? FromEvents(IEnumerable<JobEvent> events) => events.Aggregate((JobRecord?)null, Apply);

    /// <summary>The record after one more event.</summary>
    /// <exception cref="InvalidDataException">It is not the next one.</exception>
    public static JobRecord Apply(JobRecord? record, JobEvent e)
    {
        if (e.Number != (record?.Version ?? 0) + 1)
            throw new InvalidDataException(
                $"Event {e.Number} of job {record?.Id} follows event {record?.Version ?? 0}: the numbers must have no gaps.");
        var changed = e.Change switch
        {
            JobSubmitted submitted => Submitted(submitted, e.Time),
            JobImported imported => imported.Record with
            {
                Trials = [.. imported.Record.Trials.Select(t => WithHit(t, t.Curve, imported.Record.Spec.Objective, e.At))],
            },
            _ when record is null =>
                throw new InvalidDataException($"The first event is {e.Change.GetType().Name}: it must be a submission."),
            var change => Changed(record, change, e),
        };
        return (e.Change is JobDecided or JobEnded ? Discarded(changed) : changed) with { Version = e.Number, ElapsedSeconds = e.At };
    }

    /// <summary>The next events of a job, numbered and timed, and the record with them.</summary>
    /// <param name="record">Before.</param>
    /// <param name="changes">What happens, in order.</param>
    /// <param name="time">When, by the clock of the control side.</param>
    public static (ImmutableArray<JobEvent> Events, JobRecord Record) Next(
        JobRecord record, IEnumerable<JobChange> changes, DateTimeOffset time)
    {
        var at = record.ClockAt(time);
        ImmutableArray<JobEvent> events = [.. changes.Select((change, i) => new JobEvent(record.Version + 1 + i, time, at, change))];
        return (events, events.Aggregate(record, (r, e) => Apply(r, e)));
    }

    private static JobRecord Submitted(JobSubmitted submitted, DateTimeOffset time) => new()
    {
        Id = submitted.Job,
        Spec = submitted.Spec,
        Phase = JobPhase.Probing,
        StartedAt = time,
        ElapsedSeconds = 0,
        Folder = submitted.Folder,
        CheckpointStore = submitted.Checkpoints,
        Trials = [.. submitted.Spec.Candidates.Select((candidate, i) => NotBegun(TrialId.At(i), candidate, submitted.Spec))],
    };

    private static Trial NotBegun(TrialId id, Candidate candidate, JobSpec spec)
    {
        var horizon = candidate.Schedule.HorizonSteps(spec.TrainingExamples, candidate.BatchSize);
        return new Trial
        {
            Id = id,
            Candidate = candidate,
            State = TrialState.Waiting,
            Reason = Waits(candidate, horizon),
            HorizonSteps = horizon,
        };
    }

    private static string Waits(Candidate candidate, long horizon) =>
        candidate.Continues is { } from ? $"waits until {from.Candidate} has done step {from.StepOf(horizon)}" : "";

    private static JobRecord Changed(JobRecord record, JobChange change, JobEvent e) => change switch
    {
        JobRequested requested => Requested(record, requested.Request, e.Time, e.At),
        ObjectiveChanged changed => Restated(record, changed.Objective, e.At),
        CandidatesAdded added => Joined(record, added.Addition),
        SegmentStarted started => Started(record, started),
        SegmentReported reported => Reported(record, reported, e.At),
        SegmentEnded ended => Ended(record, ended, e.At),
        MemberEnded left => Left(record, left),
        TrialBranched branched => Branched(record, branched),
        CheckpointGivenUp lost => WithoutCheckpoint(record, lost),
        TrialEnded ended => record.With(record[ended.Trial] with { State = ended.State, Reason = ended.Reason }) with
        {
            News = record.News | JobNews.Changes,
        },
        JobDecided decided => Decided(record, decided),
        DecisionFailed failed => record with { DecisionFault = failed, Notice = failed.Reason },
        ExportBegun begun => record.With(record[begun.Trial] with { State = TrialState.Completed, Reason = begun.Reason })
            with
        { Phase = JobPhase.Exporting, Exporting = begun.Trial },
        JobHeld held => record with { Phase = JobPhase.Waiting, Notice = held.Reason },
        JobAdmitted => record with { Phase = record.PhaseOnceAdmitted(), Notice = "" },
        JobPaused => record with { Phase = JobPhase.Paused, PausingSince = null, PausedAt = e.Time },
        JobEnded ended => Over(record, ended, e.At),
        HookTold told => record with { Hook = new HookStanding(told.State, told.Attempt, e.Time, told.Reason) },
        _ => throw new InvalidDataException($"{change.GetType().Name} cannot happen to a job that exists."),
    };

    private static JobRecord Requested(JobRecord record, JobRequest request, DateTimeOffset time, double at) => request.Kind switch
    {
        JobRequestKind.Pause => record with
        { PausingSince = record.PausingSince ?? at, Notice = request.Reason, IsInterrupted = request.IsForced },
        JobRequestKind.Resume => record with
        {
            PausingSince = null,
            IsInterrupted = false,
            Notice = "",
            Phase = record.PhaseOnceAdmitted(),
            PausedSeconds = record.PausedSeconds + (record.PausedAt is { } since ? Math.Max(0, (time - since).TotalSeconds) : 0),
            PausedAt = null,
            DecisionFault = null,
            News = record.News | JobNews.Changes,
        },
        _ => record,
    };

    /// <summary>Who has reached the target is looked up anew: by another one it may be somebody else, or nobody.</summary>
    private static JobRecord Restated(JobRecord record, Objective objective, double at) => record with
    {
        Spec = record.Spec with { Objective = objective },
        Trials =
        [
            .. record.Trials.Select(t => WithHit(
                t with { ReachedTargetAt = null, ReachedTargetStep = null, ReachedTargetSince = null }, t.Curve, objective, at)),
        ],
        News = record.News | JobNews.Demands,
    };

    private static JobRecord Joined(JobRecord record, CandidateAddition addition)
    {
        var (spec, known) = (record.Spec, record.Trials.Length);
        spec = spec with
        {
            Candidates = spec.Candidates.AddRange(addition.Candidates),
            StepTimes = spec.StepTimes.SetItems(addition.StepTimes),
            Ranks = addition.Ranks is not { } more ? spec.Ranks
                : spec.Ranks is { } ranks ? ranks with { Candidates = ranks.Candidates.SetItems(more.Candidates) } : more,
        };
        return record with
        {
            Spec = spec,
            Trials = record.Trials.AddRange(addition.Candidates.Select((c, i) => NotBegun(TrialId.At(known + i), c, spec))),
            News = record.News | JobNews.Demands,
        };
    }

    private static JobRecord Decided(JobRecord record, JobDecided decided)
    {
        // What came while it was computed it did not know: that is still to be decided on.
        var knewAll = decided.Rung.Basis is not { } basis || basis.Event == record.Version;
        // What makes it another job had made the decision void.
        var news = knewAll ? JobNews.None : record.News & ~JobNews.Demands;
        // What a job waits for stays said.
        var notice = record.Phase == JobPhase.Waiting ? record.Notice : record.StoreNotice();
        var changed = record with { Rungs = record.Rungs.Add(decided.Rung), Notice = notice, DecisionFault = null, News = news };
        foreach (var decision in decided.Rung.Decisions) changed = changed.With(Decided(changed[decision.Trial], decision));
        // A paused job stays so until it is resumed, and one that waits until it is admitted, whomever it is to go on with.
        var phase = record.Phase is JobPhase.Paused or JobPhase.Waiting ? record.Phase : JobPhase.Committed;
        if (decided.Commit is not { } commit) return changed;
        foreach (var former in changed.Trials.Where(t => t.State == TrialState.Committed && t.Id != commit.Winner))
            changed = changed.With(former with { State = IdleState(former) });
        return changed with { Phase = phase, Commits = changed.Commits.Add(commit) };
    }

    /// <summary>
    /// The state a decision puts a trial into. One that runs is left to run; whether it may is the desired state's to say.
    /// </summary>
    private static Trial Decided(Trial trial, Decision decision)
    {
        // It ended while the decision was on its way.
        if (trial.State is TrialState.Failed or TrialState.Stopped) return trial;
        return trial with
        {
            Reason = decision.Reason,
            State = decision.Kind switch
            {
                DecisionKind.Stop => TrialState.Stopped,
                _ when trial.State == TrialState.Completed => TrialState.Completed,
                DecisionKind.Commit => trial.SafeStep() >= trial.HorizonSteps ? TrialState.Completed : TrialState.Committed,
                DecisionKind.Continue when trial.State == TrialState.Committed => TrialState.Committed,
                DecisionKind.Pause when trial.OpenSegment() is not null => TrialState.Paused,
                _ => IdleState(trial),
            },
        };
    }

    /// <summary>The state of a trial that is nothing special.</summary>
    private static TrialState IdleState(Trial trial) =>
        trial.OpenSegment() is not null ? TrialState.Running : trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused;

    private static JobRecord Over(JobRecord record, JobEnded ended, double at) => record with
    {
        Phase = ended.Phase,
        Outcome = ended.Outcome,
        PausingSince = null,
        // Whoever still works for the job will be told that it is over; its segments are.
        Trials = [.. record.Trials.Select(t => t.OpenSegment() is not { } open ? t
            : t with { Segments = t.Segments.SetItem(t.Segments.Length - 1, open with { EndedAt = at, End = SegmentEnd.Interrupted }) })],
    };

    /// <summary>Without the checkpoints of trials that will never go on; once a job is over, of all its trials.</summary>
    private static JobRecord Discarded(JobRecord record) =>
        record.Trials.Any(t => t.Checkpoint is not null && CheckpointPaths.IsDiscarded(record, t))
        ? record with { Trials = [.. record.Trials.Select(t => CheckpointPaths.IsDiscarded(record, t) ? t with { Checkpoint = null } : t)] }
        : record;
}
