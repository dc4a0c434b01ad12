using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Grains;

/// <summary>What the job does next, derived from its record: dispatch, decide, finish, pause.</summary>
internal sealed partial class JobGrain
{
    private Activity? rungActivity;

    /// <summary>Does all that can be done now; called after every event, under the gate. A store that cannot be written is tried
    /// again at the next event: nothing is lost, since nothing counts before it is stored.</summary>
    private async Task Advance()
    {
        try
        {
            while (IsRunning && await AdvanceOnce()) { }
        }
        catch (StoreUnavailableException e)
        {
            LogStoreUnavailable(Id, e);
        }
    }

    /// <summary>One move; true when there may be another.</summary>
    private async Task<bool> AdvanceOnce()
    {
        if (pausing) return await TryPause();
        if (RungPlan.ToExport(record!) is { } finished)
        {
            await Dispatch([(finished, finished.SafeStep())], ExportPath);
            return false;
        }
        if (FirstAtTarget is { } hit) return await CommitTo(hit, TargetReached(hit));
        if (PastDeadline is { } deadline) return await CommitAtDeadline(deadline);

        var open = record!.Rungs.IsEmpty ? [] : RungPlan.Open(record).ToList();
        if (open.Count == 0)
        {
            // A segment may still run though its steps are done: its last report is on the way.
            if (record.Trials.Any(t => t.OpenSegment() is not null)) return false;
            return await DecideRung();
        }
        await Dispatch(open, exportTo: null);
        return false;
    }

    private SelectionHistory? history;

    /// <summary>Earlier jobs teach, but no job depends on them: a recording that is gone or broken counts as none.</summary>
    private SelectionHistory LoadHistory()
    {
        if (record!.Spec.History is not { } path) return SelectionHistory.Empty;
        try
        {
            return SelectionHistory.FromCurves(RecordedCurves.Read(path));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            LogHistoryUnavailable(Id, path, e);
            return SelectionHistory.Empty;
        }
    }

    private ISelectionPolicy Policy => PolicyCatalogue.Get(record!.Spec.Policy);

    /// <summary>The trial whose value ends the job; null while there is none, or when trials run on to their horizons.</summary>
    private Trial? FirstAtTarget => Policy.RunsTrialsToTheirHorizons ? null : RungPlan.AtTarget(record!);

    /// <summary>The deadline in seconds once it has come; null before, or without one.</summary>
    private double? PastDeadline => record!.Spec.Objective.DeadlineSeconds is { } deadline && Elapsed() >= deadline ? deadline : null;

    private string ExportPath => Path.Combine(record!.Folder, "final.safetensors");

    private async Task<bool> TryPause()
    {
        if (record!.Trials.Any(t => t.OpenSegment() is not null)) return false;
        await Store(record with { Phase = JobPhase.Paused });
        await ReleaseAll();
        pausing = false;
        LogPaused(Id, record.Notice);
        paused?.TrySetResult();
        paused = null;
        EndActivities();
        return false;
    }

    private async Task Dispatch(IReadOnlyList<(Trial Trial, long UntilStep)> open, string? exportTo)
    {
        var waiting = open.Where(o => o.Trial.OpenSegment() is null)
            .Select(o => (o.Trial, o.UntilStep, Ranks: exportTo is null ? Gangs.Wanted(record!, o.Trial) : 1)).ToList();
        var busy = BusyTokens();
        var most = Gangs.Most(record!, exportTo is not null);
        var leases = await Pool.Acquire(Id, Math.Min(most, busy.Count + waiting.Sum(w => w.Ranks)));
        await RefreshDevices();
        var idle = leases.Where(l => !busy.Contains(l.Token)).ToList();
        var gangs = Gangs.Form(waiting, idle, Coming(), most, MayNarrow, record!).ToList();
        foreach (var gang in gangs)
        {
            idle.RemoveAll(gang.Leases.Contains);
            await StartSegment(gang, exportTo);
            if (gang.Leases.Length > 1 && gang.Leases.Length == Gangs.Wanted(record!, gang.Trial)) HasEnough();
        }
        // While a trial is short of devices, those there are wait for the others with it.
        if (gangs.Count == waiting.Count)
            foreach (var surplus in idle) await Pool.Release(surplus);
        if (exportTo is null) LookForMoreRanks();
    }

    private async Task StartSegment(Gang gang, string? exportTo)
    {
        // Under tokens of their own, so that nothing that devices still have to say of an earlier segment is taken for news of this one.
        var leases = new List<Lease>();
        foreach (var lease in gang.Leases)
            if (await Pool.Renew(lease) is { } renewed) leases.Add(renewed);
        // One has just been lost: the others stay leased and idle, and the next move finds them.
        if (leases.Count < gang.Leases.Length) return;
        var started = gang.Trial.Started(leases, record!.Rungs.Length - 1, Elapsed());
        await Store(record.With(started));
        var token = Guid.NewGuid();
        for (var rank = 0; rank < leases.Count; rank++)
        {
            heardTokens.Add(leases[rank].Token);
            var placement = leases.Count == 1 ? null : new RankPlacement { Token = token, Generation = started.Segments.Length, Rank = rank, Size = leases.Count };
            await GrainFactory.GetGrain<IDeviceGrain>(leases[rank].Device.Value).Assign(Assignment(gang, started, leases[rank], placement, exportTo));
        }
        LogSegmentStarted(Id, gang.Trial.Id, string.Join(", ", leases.Select(l => l.Device)), gang.Trial.SafeStep(), gang.UntilStep);
    }

    private SegmentAssignment Assignment(Gang gang, Trial started, Lease lease, RankPlacement? placement, string? exportTo)
    {
        var (spec, trial) = (record!.Spec, gang.Trial);
        return new SegmentAssignment
        {
            Job = Id,
            Trial = trial.Id,
            LeaseToken = lease.Token,
            Candidate = RankRules.OnRanks(trial.Candidate, placement?.Size ?? 1),
            Workload = spec.Workload,
            Evaluation = spec.Evaluation,
            From = trial.Checkpoint,
            Predecessor = Branches.PredecessorOf(record, trial),
            Branches = Branches.Of(record, trial),
            UntilStep = gang.UntilStep,
            UntilDeviceSeconds = double.PositiveInfinity,
            StopAtValue = Policy.RunsTrialsToTheirHorizons ? null : spec.Objective.Target,
            CheckpointEverySeconds = spec.Checkpoints.EverySeconds,
            Folder = CheckpointFiles.TrialFolder(record, trial.Id),
            HorizonSteps = trial.HorizonSteps,
            Direction = spec.Objective.Direction,
            TraceParent = (rungActivity ?? jobActivity)?.Id,
            Rung = started.Segments[^1].Rung,
            ExportTo = exportTo,
            Placement = placement,
        };
    }

    private async Task<bool> DecideRung()
    {
        await RefreshDevices();
        history ??= await Task.Run(LoadHistory);
        var (known, elapsed, learned) = (record!, Elapsed(), history);
        var started = time.GetTimestamp();
        var policy = Policy;
        var (input, outcome) = await Task.Run(() =>
        {
            var shown = Evidence.Of(known, elapsed, learned);
            return (shown, policy.Decide(shown));
        });
        var rung = DiskLimit.Apply(RungRecords.Of(input, outcome, record!), record!, outcome.RunnerUp);
        if (rung.NextStep.IsEmpty && outcome.Winner is null)
        {
            await Fail(record! with { Rungs = record.Rungs.Add(rung) }, rung);
            return false;
        }
        await Apply(rung, outcome.Winner, outcome.RunnerUp);
        telemetry.Decided(rung, record!.Trials.ToDictionary(t => t.Id, t => t.Candidate.Strategy), time.GetElapsedTime(started));
        if (RungPlan.Open(record!).Any() || RungPlan.ToExport(record!) is not null) return true;
        // Nothing is left to train: what is best by now is the answer.
        return RungPlan.BestNow(record!) is { } best && await CommitTo(best, "no candidate has steps left to train");
    }

    /// <summary>Stores a rung with its decisions, then lets go of what they end.</summary>
    private async Task Apply(RungRecord rung, TrialId? winner, TrialId? runnerUp)
    {
        var decided = record! with { Rungs = record.Rungs.Add(rung), Notice = "" };
        foreach (var decision in rung.Decisions) decided = decided.With(decided[decision.Trial].Decided(decision));
        if (winner is { } id && (decided.Commit?.Winner != id || Branches.IsCommitOpen(record)))
        {
            decided = decided with { Phase = JobPhase.Committed, Commits = decided.Commits.Add(RungRecords.CommitOf(record!, rung, id, runnerUp)) };
        }
        decided = CheckpointFiles.WithoutDiscarded(decided);
        await Store(decided, rungs: [rung], sweep: true);
        StartRungActivity(rung);
        LogDecided(Id, rung.Rung, rung.Summary);
    }

    private async Task<bool> CommitTo(Trial trial, string reason)
    {
        // The last report of the trial's segment carries its checkpoint; the others are abandoned meanwhile.
        if (trial.OpenSegment() is not null) return false;
        if (trial.State != TrialState.Completed || Branches.IsCommitOpen(record!))
        {
            var rung = RungRecords.Ending(record!, trial, Elapsed(), reason);
            await Apply(rung, trial.Id, runnerUp: null);
            await Store(record!.With(record![trial.Id] with { State = TrialState.Completed, Reason = reason }));
        }
        return true;
    }

    private async Task<bool> CommitAtDeadline(double deadline)
    {
        var winner = record!.Commit is { } commit && record[commit.Winner].IsAlive && !Branches.IsCommitOpen(record) ? record[commit.Winner] : RungPlan.BestNow(record);
        var reason = $"the deadline of {deadline:0.#} s has come";
        if (winner is null)
        {
            if (record.Trials.Any(t => t.OpenSegment() is not null)) return false;
            await Fail(record, null, $"{reason} and no candidate has a measured value");
            return false;
        }
        return await CommitTo(winner, reason);
    }

    private string TargetReached(Trial trial) =>
        $"{trial.Candidate.Name} reached the target {record!.Spec.Objective.Target:0.####}";

    /// <summary>What a running segment is told.</summary>
    private SegmentOrder OrderFor(Trial trial)
    {
        if (!IsRunning || trial.State is TrialState.Stopped or TrialState.Failed) return SegmentOrder.Abandon;
        if (pausing) return SegmentOrder.Interrupt;
        if (RungPlan.ToExport(record!) is { } winner) return winner.Id == trial.Id ? SegmentOrder.Continue : SegmentOrder.Abandon;
        return FirstAtTarget is not null || PastDeadline is not null || widening.Contains(trial.Id) ? SegmentOrder.Interrupt : SegmentOrder.Continue;
    }

    private JobRecord Finished(JobRecord changed, Trial trial, FinalWeights final)
    {
        var outcome = Outcomes.Of(changed, trial, final, Elapsed());
        LogFinished(Id, outcome.Summary);
        pausing = false;
        ReleaseAll().Ignore();
        EndActivities();
        return CheckpointFiles.WithoutDiscarded(changed with { Phase = JobPhase.Completed, Outcome = outcome, ElapsedSeconds = Elapsed() });
    }

    private async Task Fail(JobRecord failed, RungRecord? rung, string? reason = null)
    {
        var outcome = Outcomes.AllFailed(failed, reason);
        await Store(failed with { Phase = JobPhase.Failed, Outcome = outcome }, rungs: rung is null ? null : [rung]);
        await ReleaseAll();
        LogFailed(Id, outcome.Summary);
        EndActivities();
    }

    private async Task RefreshDevices()
    {
        var devices = await Pool.List();
        var known = record!.Devices.ToDictionary(d => d.Id.Value);
        foreach (var device in devices) known[device.Device.Id.Value] = device.Device;
        (knownDevices, freeDevices) = (devices.Count, devices.Count(d => d.Lease is null));
        record = record with { Devices = [.. known.Values.OrderBy(d => d.Id.Value, StringComparer.Ordinal)] };
    }

    private async Task ReleaseAll()
    {
        ForgetRanks();
        foreach (var lease in await Pool.Acquire(Id, 0)) await Pool.Release(lease);
    }

    private void StartRungActivity(RungRecord rung)
    {
        rungActivity?.Dispose();
        rungActivity = AutoSelectTelemetry.Activities.StartActivity("rung", ActivityKind.Internal, jobActivity?.Context ?? default);
        rungActivity?.SetTag("autoselect.job", Id.Value).SetTag("autoselect.rung", rung.Rung).SetTag("autoselect.summary", rung.Summary);
        Activity.Current = null;
    }

    private void EndActivities()
    {
        rungActivity?.Dispose();
        jobActivity?.Dispose();
        (rungActivity, jobActivity) = (null, null);
    }
}
