using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// Interprets the job machine with real devices. Every turn stores what it brings and returns; nothing counts before it is stored. Reports
/// alone come while another turn is under way, and wait for the next. Beside the record, the fold of the stored events, it keeps what may
/// be lost without harm: leases are read anew, reports come again, a decision is computed again.
/// </summary>
internal sealed partial class JobGrain(JobGrainParts parts, ILogger<JobGrain> logger) : Grain, IJobGrain, IDisposable
{
    private readonly JobNotes notes = new(parts, logger);
    private readonly Patience patience = new(parts.Time);
    private readonly SummaryPace summaries = new(parts.Time);
    private JobRecord? record;
    private JobLeases? leases;
    private JobReports? reports;
    private DecisionRun? decision;
    private int voided;
    private JobTimer? timer;

    private JobId Id => new(this.GetPrimaryKeyString());
    private JobRecord Record => record!;
    private JobLeases Leases => leases ??= new(Id, parts, GrainFactory.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key));
    private JobTimer Timer => timer ??= new(Id, Leases.Holding, parts, options => this.RegisterGrainTimer(_ => Wake(), options));
    private JobReports Reports => reports ??= new(TakeIn, GiveUp);
    private double Now => Record.ClockAt(parts.Time.GetUtcNow());
    private ISelectionPolicy Policy => parts.PolicyFor(Record);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        record = JobFold.FromEvents(await parts.Jobs.Changes(Id, since: 0))?.WithoutOldForecasts();
        if (record is null) return;
        notes.Read(record);
        parts.Checkpoints.Sweep(record).Ignore();
    }

    public void Dispose()
    {
        timer?.Dispose();
        notes.Dispose();
        reports?.Dispose();
    }

    public Task Request(JobRequest request) => Reports.Alone(async () =>
    {
        if (record is null) throw new KeyNotFoundException($"No job '{Id}' is stored.");
        if (Requests.Changes(record, request, Now) is { IsEmpty: false } changes) await Append(changes);
        else await parts.Jobs.CheckIsNewest(record);
        await this.AsReference<IJobGrain>().Wake();
    });

    public Task<ReportReply> Report(DeviceId device, SegmentReport report) => Reports.Take(device, report);

    private async Task TakeIn(ImmutableArray<WaitingReport> waiting)
    {
        if (record is null) Forget();
        var group = new ReportGroup(waiting, record, parts.Attends(Id), parts.Time.GetUtcNow(), Reports.Hear);
        try
        {
            if (group.Refuses) await parts.Jobs.CheckIsNewest(Record);
            if (!group.Events.IsEmpty) await Store(group.Events, group.Record!);
            if (!group.Events.IsEmpty) await Advance();
        }
        catch (Exception e) when (e is not VersionConflictException)
        {
            group.Fail(e);
        }
        group.Answer(record, record is null ? null : Facts());
    }

    /// <summary>Compares what should be with what is: the one way in which a lost message is made up for.</summary>
    public Task Wake() => Reports.Alone(Tick);

    private async Task Tick()
    {
        var isAttended = record is not null && parts.Attends(Id);
        if (!isAttended) Forget();
        if (!isAttended || !patience.IsDue) return;
        Timer.Looks();
        try
        {
            await Leases.Read(Now);
            await Advance();
            foreach (var trial in DesiredState.Running(Record).ToList()) Assign(trial);
            patience.Succeeded();
        }
        catch (Exception e) when (Patience.IsOfInfrastructure(e))
        {
            logger.StoreUnavailable(Id, patience.Failed(), patience.Seconds, e);
        }
        catch (Exception e) when (e is not VersionConflictException)
        {
            logger.Unexpected(Id, e);
            if (patience.Failed() >= Patience.Most) await Append([Patience.GivenUp(Record, e)]);
        }
        if (!Record.IsRunning) Forget();
        else Timer.Within(patience.IsDue ? parts.Options.Quiet : parts.Options.Check);
    }

    private async Task Advance()
    {
        await Leases.EnsureRead(Now);
        if (decision is { IsCompleted: true } done) await Take(done);
        var move = JobMachine.Next(Record, Facts());
        while (await Make(move)) move = JobMachine.Next(Record, Facts());
        var isSettled = await Leases.Settle(Record, Facts());
        Timer.Within(NextLook.After(Record, move, Facts(), isSettled, Reports.HasHeard, parts.Options));
    }

    /// <summary>Makes one move; true when there may be another.</summary>
    private async Task<bool> Make(Move move)
    {
        switch (move)
        {
            case Move.Dispatch dispatch:
                foreach (var gang in dispatch.Gangs) if (!await Start(gang, isExport: false)) return false;
                return true;
            case Move.Export export:
                return await Start(export.Gang, isExport: true);
            case Move.Decide:
                decision = parts.Compute(Record, Judgement.BasisFor(Record, Facts()), Policy, this.AsReference<IJobGrain>());
                break;
            case Move.Change change:
                await Append(change.Changes);
                return Record.IsRunning;
        }
        return false;
    }

    private async Task Take(DecisionRun done)
    {
        decision = null;
        if (!Record.IsRunning || Record.Exporting is not null || Record.Pausing) return;
        if (done.Fault is { } fault) await Append([DecisionFaults.Next(Record, fault, Now)]);
        else if (!done.IsVoid) await Append([await done.Result]);
        else if (++voided < DecisionRun.MostVoided) return;
        else await Append([DecisionFaults.Next(Record, $"events overtook {voided} decisions in a row", Now)]);
        voided = 0;
    }

    private async Task<bool> Start(Gang gang, bool isExport)
    {
        var devices = Leases.Held.Leases.Select(l => l.Device).ToList();
        if (await Leases.Renew(gang, Now) is not { } renewed) return false;
        await Append([Dispatching.Started(Record, renewed, devices, Now, isExport, Guid.NewGuid())]);
        Reports.Begun(gang.Trial.Id);
        Assign(Record[gang.Trial.Id]);
        return true;
    }

    /// <summary>Gives a segment to those of its devices that have not said anything of it.</summary>
    private void Assign(Trial trial)
    {
        foreach (var (device, work) in Dispatching.Assignments(Record, trial, Policy.RunsTrialsToTheirHorizons, notes.Parent(trial.Id)))
            if (!Reports.HasHeard(work.LeaseToken)) GrainFactory.GetGrain<IDeviceGrain>(device.Value).Assign(work).Ignore();
    }

    private Task Append(ImmutableArray<JobChange> changes)
    {
        var (events, after) = JobFold.Next(Record, changes, parts.Time.GetUtcNow());
        return Store(events, after);
    }

    private async Task Store(ImmutableArray<JobEvent> events, JobRecord after)
    {
        var summary = summaries.IsDue(events)
            ? JobSummaries.FromRecord(after, events[^1].Time, ExpectedOutcomes.FromRecord(after)) : null;
        await parts.Jobs.Append(Id, Record.Version, events, summary);
        if (decision is { } running && events.Any(e => Judgement.IsVoidedBy(after, e.Change))) running.IsVoid = true;
        record = after.WithoutOldForecasts();
        foreach (var e in events) notes.Stored(record, e);
        if (events.Any(e => e.Change is JobDecided or JobEnded)) parts.Checkpoints.Sweep(record).Ignore();
    }

    private JobFacts Facts() => Leases.Facts(Now, Policy, Reports.Progress, isDeciding: decision is not null);

    private void Forget()
    {
        timer?.Dispose();
        DeactivateOnIdle();
    }

    private void GiveUp(VersionConflictException e)
    {
        logger.Conflict(Id, e);
        Forget();
    }
}
