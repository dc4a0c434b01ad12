using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AutoSelect.Grains;

/// <summary>
/// One job. Its record is its whole state: every event changes the record by a pure transition, is stored, and only then
/// acknowledged; what is to be done next is derived from the record, so a restart goes on where the store ends.
/// </summary>
[Reentrant]
internal sealed partial class JobGrain(
    JobStore store,
    CheckpointFiles files,
    TimeProvider time,
    LeaseOptions leaseOptions,
    AutoSelectTelemetry telemetry,
    ILogger<JobGrain> logger) : Grain, IJobGrain, IDisposable
{
    /// <summary>How often a trial may lose its device before it is taken to be the cause.</summary>
    private const int RestartLimit = 2;

    // The grain is reentrant, so that devices can report while it assigns; changes of the record go through this gate.
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly HashSet<long> heardTokens = [];
    private JobRecord? record;
    private double elapsedBefore;
    private long runningSince;
    private bool pausing;
    private TaskCompletionSource? paused;
    private Activity? jobActivity;

    private IDevicePoolGrain Pool => GrainFactory.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);
    private JobId Id => new(this.GetPrimaryKeyString());
    private bool IsRunning => record?.Phase is JobPhase.Probing or JobPhase.Committed;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = Id;
        record = await Task.Run(() => store.Reader.Find(id), cancellationToken);
        if (IsRunning) Start();
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(leaseOptions.Check, leaseOptions.Check) { KeepAlive = true });
    }

    public Task Submit(JobSpec spec, string folder) => Gated(async () =>
    {
        if (record is not null) return;
        if (spec.Candidates.IsEmpty) throw new ArgumentException("0 candidates: a job needs at least 1.", nameof(spec));
        var policy = PolicyCatalogue.Get(spec.Policy);
        var created = JobTransitions.Create(Id, spec, folder, time.GetUtcNow());
        await store.Save(created);
        record = created;
        Start();
        LogSubmitted(Id, spec.Candidates.Length, policy.Name);
        await Advance();
    });

    public Task Resume() => Gated(async () =>
    {
        if (record is null) throw new KeyNotFoundException($"No job '{Id}' is stored.");
        if (record.Phase is JobPhase.Completed or JobPhase.Failed || IsRunning && !pausing) return;
        pausing = false;
        await Store(record with { Phase = record.Commits.IsEmpty ? JobPhase.Probing : JobPhase.Committed, Notice = "" });
        Start();
        LogResumed(Id, record.ElapsedSeconds);
        await Advance();
    });

    public async Task Pause()
    {
        Task done = Task.CompletedTask;
        await Gated(async () =>
        {
            if (!IsRunning) return;
            pausing = true;
            paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done = paused.Task;
            await Advance();
        });
        await done;
    }

    public Task<JobRecord?> GetRecord() => Task.FromResult(record is null ? null : record with { ElapsedSeconds = Elapsed() });

    public Task<ReportReply> Report(SegmentReport report) => Gated(async () =>
    {
        var trial = record?.Trials.FirstOrDefault(t => t.Id == report.Trial);
        if (trial?.OpenSegment() is not { } open || open.Members().All(m => m.LeaseToken != report.LeaseToken)) return await ReportOfFormer(trial, report);
        heardTokens.Add(report.LeaseToken);
        return open.LeaseToken == report.LeaseToken ? await ReportOfLeader(trial, report) : await ReportOfPeer(trial, report);
    });

    private async Task<ReportReply> ReportOfLeader(Trial trial, SegmentReport report)
    {
        var ended = report.End != SegmentEnd.None;
        var isBroken = report.End is SegmentEnd.RankLost or SegmentEnd.DeviceLost;
        var reported = trial.Reported(isBroken ? report with { End = SegmentEnd.None } : report, Elapsed(), out var added);
        if (isBroken) reported = reported.Lost(Elapsed(), report.Reason, RestartLimit, report.End);
        else if (ended) reported = reported.Ended(report);
        var changed = record!.With(reported).WithCheckpointBytes();
        if (report.Final is { } final) changed = Finished(changed, reported, final);
        if (ended || added.Length > 0 || report.Checkpoint is not null) await Store(changed, added.Select(p => (trial.Id, p)), sweep: changed.Outcome is not null);
        else record = changed;
        foreach (var point in added) telemetry.Measured(point, trial.Candidate.Strategy);

        if (ended)
        {
            var segment = reported.Segments[^1];
            Close(segment, isBroken, report.LeaseToken);
            telemetry.SegmentEnded(segment, trial.Candidate.Strategy, report.StepTime);
            LogSegmentEnded(Id, trial.Id, segment.End, segment.ToStep, report.Reason);
            if (report.End == SegmentEnd.StorageFailed) await PauseBecause(report.Reason);
        }
        if (ended || added.Any(p => record!.Spec.Objective.Reaches(p.Deliverable(record.Spec.Objective.Direction)))) await Advance();
        return new ReportReply { Order = ended ? SegmentOrder.Continue : OrderFor(record![trial.Id]), AcknowledgedStep = LastStep(reported) };
    }

    public Task LeaseLost(Lease lease, string reason) => Gated(async () =>
    {
        if (!ending.Remove(lease.Token))
        {
            if (record?.Trials.FirstOrDefault(t => t.OpenSegment()?.Members().Any(m => m.LeaseToken == lease.Token) == true) is not { } trial) return;
            await LoseDevice(trial, lease.Token, reason);
        }
        await Advance();
    });

    public Task DevicesChanged() => Gated(Advance);

    private async Task Tick(CancellationToken cancellationToken)
    {
        if (!IsRunning) return;
        await Gated(async () =>
        {
            // After a restart, segments whose device does not come back are lost like those of a silent device.
            if (time.GetElapsedTime(runningSince) > leaseOptions.Lease)
            {
                foreach (var trial in record!.Trials)
                    if (trial.OpenSegment()?.Members().FirstOrDefault(m => !heardTokens.Contains(m.LeaseToken)) is { } silent)
                        await LoseDevice(trial, silent.LeaseToken, "the device did not come back after a restart");
            }
            await Advance();
        });
    }

    private async Task LoseDevice(Trial trial, long token, string reason)
    {
        var open = trial.OpenSegment()!;
        var isLeader = open.LeaseToken == token;
        // A device that went away with the control side's own restart says nothing about the trial.
        var limit = heardTokens.Contains(token) ? RestartLimit : int.MaxValue;
        var lost = trial.Lost(Elapsed(), isLeader ? reason : $"{NameOf(open, token)}: {reason}", limit, isLeader ? SegmentEnd.DeviceLost : SegmentEnd.RankLost);
        await Store(record!.With(lost));
        Close(open, isBroken: true, token);
        telemetry.SegmentEnded(lost.Segments[^1], trial.Candidate.Strategy, null);
        LogDeviceLost(Id, trial.Id, isLeader ? "its device" : "a rank", reason, lost.SafeStep());
    }

    private async Task PauseBecause(string reason)
    {
        pausing = true;
        await Store(record! with { Notice = reason });
    }

    /// <summary>Stores a changed record with what is new in it, then makes it the one in force.</summary>
    /// <param name="changed">The record to come.</param>
    /// <param name="points">Points to append.</param>
    /// <param name="rungs">Rungs to append.</param>
    /// <param name="sweep">True to remove the checkpoints that the stored record has no use for, before anybody sees it.</param>
    private async Task Store(JobRecord changed, IEnumerable<(TrialId, CurvePoint)>? points = null, IEnumerable<RungRecord>? rungs = null, bool sweep = false)
    {
        var settled = (changed with { ElapsedSeconds = Elapsed() }).Settled();
        try
        {
            await store.Save(settled, [.. points ?? [], .. Branches.Copied(changed, settled)], rungs);
            if (sweep) await files.Sweep(settled);
        }
        catch (StoreUnavailableException e)
        {
            record = record! with { Notice = e.Message };
            throw;
        }
        record = settled;
    }

    private void Start()
    {
        elapsedBefore = record!.ElapsedSeconds;
        runningSince = time.GetTimestamp();
        heardTokens.Clear();
        ForgetRanks();
        jobActivity ??= AutoSelectTelemetry.Activities.StartActivity("job", ActivityKind.Internal, default(ActivityContext));
        jobActivity?.SetTag("autoselect.job", Id.Value);
        foreach (var (name, value) in record.Spec.Labels) jobActivity?.SetTag($"autoselect.label.{name}", value);
        Activity.Current = null;
    }

    private double Elapsed() => record is null ? 0
        : IsRunning && runningSince != 0 ? elapsedBefore + time.GetElapsedTime(runningSince).TotalSeconds
        : record.ElapsedSeconds;

    private static long LastStep(Trial? trial) => trial is null || trial.Curve.IsEmpty ? -1 : trial.Curve[^1].Step;

    public void Dispose() => gate.Dispose();

    private async Task Gated(Func<Task> work) => await Gated(async () =>
    {
        await work();
        return true;
    });

    private async Task<T> Gated<T>(Func<Task<T>> work)
    {
        await gate.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }
}
