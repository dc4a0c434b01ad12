using AutoSelect.Contracts;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Machine;

/// <summary>
/// What a job does next: the one place that says so. A pure function of the record and of what is known beside it; interpreted by the job's
/// grain, with real devices, and by the replay of recordings, in virtual time. It compares what should be with what is, so it can be asked
/// at any time and as often as one likes.
/// </summary>
public static class JobMachine
{
    /// <summary>Attempts to write the answer's weights before the job ends without.</summary>
    public const int MostExports = 3;

    /// <summary>Failures to decide in a row after which the job fails.</summary>
    public const int MostDecisionFaults = 4;

    public static Move Next(JobRecord record, JobFacts facts)
    {
        if (!record.IsRunning) return new Move.Wait();
        if (Branches.Next(record) is { } branch) return new Move.Repair([branch]);
        if (LostDevices.Repair(record, facts) is { } lost) return new Move.Repair(lost);
        var isRunning = DesiredState.Running(record).Any();
        if (record.Pausing) return isRunning ? new Move.Wait() : new Move.Pause();
        if (Admission.Next(record, facts, isRunning, () => Ended(record, facts, isRunning), () => NextTime(record, facts)) is { } held)
            return held;
        if (record.Exporting is { } answer) return Export(record, record[answer], facts);
        if (Ended(record, facts, isRunning) is { } ending) return ending;

        var (waiting, isOvertaken) = (DesiredState.Waiting(record), IsOvertaken(record, facts));
        // Of other devices than were reckoned with lane 0 gets its own at once; who else gets one is decided anew.
        var ready = isOvertaken && facts.Policy.InsuresBaseline ? waiting.FindAll(w => Lanes.IsLaneZero(record, w.Trial)) : waiting;
        if (ready.Count > 0 && Dispatch(record, ready, facts) is var dispatch && (dispatch is Move.Dispatch || !isOvertaken))
            return dispatch;
        return IsDecisionDue(record, facts, isRunning, isOvertaken) ? Decide(record, facts, isRunning, waiting.Count > 0)
            : new Move.Wait(NextTime(record, facts));
    }

    /// <summary>What a segment of a trial is told; one whose token is not that of the running segment is over.</summary>
    public static SegmentOrder OrderFor(JobRecord record, JobFacts facts, Trial trial, long token)
    {
        if (!record.IsRunning || trial.OpenSegment() is not { } open || !open.Has(token)) return SegmentOrder.Abandon;
        if (trial.State is TrialState.Stopped or TrialState.Failed) return SegmentOrder.Abandon;
        if (record.Exporting is not null && !open.IsExport) return SegmentOrder.Abandon;
        if (record.Pausing || trial.State == TrialState.Paused) return SegmentOrder.Interrupt;
        if (open.IsExport) return SegmentOrder.Continue;
        if (AskedBack.Of(record, facts).Trials.Contains(trial.Id)) return SegmentOrder.Interrupt;
        var isOver = Endings.IsPastDeadline(record, facts.Now) || Endings.HitThatEnds(record, facts, trial) is not null;
        return isOver || Gangs.MayWiden(record, facts, trial, open) ? SegmentOrder.Interrupt : SegmentOrder.Continue;
    }

    /// <summary>The end of training by target, deadline or the winner's horizon, as soon as the answer's own segment has ended.</summary>
    private static Move? Ended(JobRecord record, JobFacts facts, bool isRunning)
    {
        var objective = record.Spec.Objective;
        if (Endings.Hit(record, facts) is { } hit)
            return Finish(record, hit, facts, $"{hit.Candidate.Name} reached the target {objective.Target:0.####}");
        if (Endings.IsPastDeadline(record, facts.Now))
        {
            var reason = $"the deadline of {objective.DeadlineSeconds:0.#} s has come";
            if (Endings.Answer(record) is { } best) return Finish(record, best, facts, reason);
            return isRunning ? new Move.Wait()
                : new Move.End(JobPhase.Failed, Outcomes.NobodyLeft(record, record.Phase == JobPhase.Waiting
                    ? $"{reason} before the job could start ({record.Notice})" : $"{reason} and no candidate has a measured value"));
        }
        // On the way to a target a winner that has come to its end without is no answer yet: the policy may know of another.
        // An insured race is over when its policy sends nobody on.
        var isAnswer = facts.Policy.RunsTrialsToTheirHorizons
            || (objective.Kind != ObjectiveKind.FastestTo && (!facts.Policy.InsuresBaseline || Endings.IsAskedFor(record)));
        return isAnswer && record.Commit is { } commit && record[commit.Winner] is { State: TrialState.Completed } winner
            ? Finish(record, winner, facts, winner.Reason) : null;
    }

    private static Move Finish(JobRecord record, Trial winner, JobFacts facts, string reason) =>
        winner.OpenSegment() is not null ? new Move.Wait() : new Move.Commit(Endings.Finish(record, winner, facts.Now, reason));

    private static Move Dispatch(JobRecord record, List<(Trial Trial, long UntilStep)> waiting, JobFacts facts)
    {
        var most = Lanes.Most(record);
        var mayNarrow = facts.Now - facts.LeasesSince >= facts.JoinSeconds;
        var gangs = Gangs.Form([.. waiting.Select(w => (w.Trial, w.UntilStep, Gangs.Wanted(record, w.Trial)))],
            Lanes.Idle(record, facts), Lanes.Coming(record, facts), most, () => mayNarrow, record).ToList();
        if (gangs.Count > 0) return new Move.Dispatch([.. gangs]);
        return new Move.Wait(Math.Min(
            NextTime(record, facts), mayNarrow ? double.PositiveInfinity : facts.LeasesSince + facts.JoinSeconds));
    }

    /// <summary>True where what the last decision reckoned with has changed: who waits for a device may have to wait no longer.</summary>
    private static bool IsOvertaken(JobRecord record, JobFacts facts) =>
        (facts.Policy.Triggers.HasFlag(DecisionTriggers.Leases) && record.Rungs is [.., { Basis: { } basis }]
            && basis.Devices != Lanes.DevicesToReckonWith(record, facts))
        // Without a device nothing could come of it, and waiting jobs are many.
        || (record.Rungs is [.., { DecideAgainAt: { } again }] && facts.Now >= again && !facts.Leases.Leases.IsEmpty);

    private static bool IsDecisionDue(JobRecord record, JobFacts facts, bool isRunning, bool isOvertaken)
    {
        var (triggers, news) = (facts.Policy.Triggers, record.News);
        return !isRunning
            || (triggers.HasFlag(DecisionTriggers.FreeLane) && news.HasFlag(JobNews.Changes) && !Lanes.Idle(record, facts).IsEmpty)
            || (triggers.HasFlag(DecisionTriggers.Evaluation) && news.HasFlag(JobNews.Points))
            // Who decides only when all have ended takes it in then.
            || (triggers != DecisionTriggers.None && news.HasFlag(JobNews.Demands))
            // Nobody's slice ends there: lane 0 trains on.
            || (facts.Policy.InsuresBaseline && Branches.IsNews(record))
            || isOvertaken;
    }

    private static Move Decide(JobRecord record, JobFacts facts, bool isRunning, bool isWaiting)
    {
        if (record.DecisionFault is { } fault)
        {
            if (fault.Attempt >= MostDecisionFaults)
            {
                var reason = $"no decision could be made: {fault.Reason}";
                return isRunning ? new Move.Wait()
                    : Endings.Answer(record) is { State: TrialState.Completed } whole ? Finish(record, whole, facts, reason)
                    : new Move.End(JobPhase.Failed, Outcomes.GivenUp(record, reason));
            }
            if (facts.Now < fault.RetryAt) return new Move.Wait(fault.RetryAt);
        }
        if (facts.IsDeciding) return new Move.Wait();
        // Who still waits for devices has steps left; other devices than were reckoned with are news.
        if (record.News != JobNews.None || isRunning || isWaiting) return new Move.Decide();
        // The last decision knew all there is and asks for nothing more: what is best by now is the answer.
        return Endings.Answer(record) is { } best ? Finish(record, best, facts, Endings.WhyNobodyTrains(record))
            : new Move.End(JobPhase.Failed, Outcomes.NobodyLeft(record, null));
    }

    private static Move Export(JobRecord record, Trial answer, JobFacts facts)
    {
        if (answer.OpenSegment() is not null) return new Move.Wait();
        // Its client has what there is of it.
        if (record.Spec.Workload.IsElsewhere) return new Move.End(JobPhase.Completed, Outcomes.KeptElsewhere(record, answer, facts.Now));
        var failed = answer.Segments.Where(s => s is { IsExport: true, End: not SegmentEnd.Interrupted }).ToList();
        if (failed.Count >= MostExports)
            return new Move.End(JobPhase.Completed, Outcomes.NotWritten(record, answer, answer.Reason, facts.Now));
        var again = failed.Count == 0 ? facts.Now : failed[^1].EndedAt!.Value + Math.Pow(2, failed.Count - 1);
        if (facts.Now < again) return new Move.Wait(again);
        var gang = Gangs.Form([(answer, answer.SafeStep(), 1)], Lanes.Idle(record, facts), Lanes.Coming(record, facts), 1, () => true,
            record).FirstOrDefault();
        return gang is null ? new Move.Wait() : new Move.Export(gang);
    }

    /// <summary>When something is next due by the clock alone; what was due before is waited for on other grounds.</summary>
    private static double NextTime(JobRecord record, JobFacts facts) =>
        new[] { record.Spec.Objective.DeadlineSeconds, record.Rungs is [.., { DecideAgainAt: var again }] ? again : null }
            .Min(t => t > facts.Now ? t.Value : double.PositiveInfinity);
}
