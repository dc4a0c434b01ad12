using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Grains.Tests;

/// <summary>
/// A job of the control side whose devices play a recording: each holds its segment until virtual time comes to its end, so that all
/// happens in the order in which a simulated job has it happen.
/// </summary>
internal sealed class PlayedJob(ControlCluster cluster, VirtualTime time, ISelectionPolicy policy, ImmutableArray<RecordedCurve> curves,
    int devices)
{
    private const string Name = "job";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SortedDictionary<TrialId, SimulatedTraining> trainings =
        new(SimulatedTraining.ForProblem(curves, new SimulatedCosts()).ToDictionary(t => t.Trial.Id));
    private readonly Dictionary<DeviceId, long> sessions = [];
    private readonly Dictionary<TrialId, (DeviceId Device, long Token)> running = [];
    private JobRecord? record;

    /// <param name="first">The record that the simulated job began with.</param>
    public async Task<JobRecord> Run(JobRecord first)
    {
        for (var i = 0; i < devices; i++)
        {
            var id = new DeviceId($"simulated-{i}");
            var device = new DeviceDescription { Id = id, Kind = DeviceKind.Cpu, Index = i, Model = "simulated", Host = "simulated" };
            sessions[device.Id] = (await Device(device.Id).Register(device, null)).Session;
        }
        await cluster.Import(Name, first, time.GetUtcNow());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!(await Settled(patience.Token)).HasEnded)
        {
            if (record!.Exporting is { } answer) await Deliver(record[answer]);
            else await Advance();
        }
        return record!;
    }

    /// <summary>Waits until the job waits for its devices, and has each of them begin what it was given.</summary>
    private async Task<JobRecord> Settled(CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var news = await cluster.Jobs.Changes(ControlCluster.IdOf(Name), record?.Version ?? 0);
            record = news.Aggregate(record, JobFold.Apply);
            if (record is { HasEnded: true }) return record;
            if (record is not null)
            {
                var leases = await cluster.Leases.HeldBy(record.Id);
                var facts = new JobFacts { Now = time.Now, Policy = policy, Leases = leases };
                // Devices in use go back when their segments have ended.
                var isServed = leases.Leases.Length
                    == Math.Max(Lanes.Busy(record).Count, Math.Min(devices, Lanes.Wanted(record).Most));
                if (isServed && DesiredState.Running(record).Any() && JobMachine.Next(record, facts) is Move.Wait)
                {
                    foreach (var trial in DesiredState.Running(record))
                    {
                        await Begin(trial);
                        if (JobMachine.OrderFor(record, facts, trial, trial.OpenSegment()!.LeaseToken) != SegmentOrder.Continue)
                            trainings[trial.Id].Interrupt(time.Now);
                    }
                    return record;
                }
            }
            // Leases change without an event.
            await Task.Delay(2, ct);
        }
    }

    private async Task Begin(Trial trial)
    {
        var open = trial.OpenSegment()!;
        if (running.TryGetValue(trial.Id, out var begun) && begun.Token == open.LeaseToken) return;
        SegmentAssignment? work;
        do work = await Device(open.Device).NextWork(sessions[open.Device], Patience);
        while (work?.LeaseToken != open.LeaseToken);
        running[trial.Id] = (open.Device, open.LeaseToken);
        if (!open.IsExport) trainings[trial.Id].Start(time.Now, open, isHeld: true, secondsToTarget: null);
    }

    /// <summary>The next end of a segment. The others tell their points first, so that a decision sees them.</summary>
    private async Task Advance()
    {
        var (ending, training) = trainings.Where(t => t.Value.Segment is not null).MinBy(t => t.Value.Segment!.LeavesAt);
        time.Now = training.Segment!.LeavesAt;
        foreach (var (trial, other) in trainings)
            if (trial != ending && other.Segment is not null) await Send(trial, other.ReportAt(training.Segment.LeavesAt, record!.Id));
        await Send(ending, training.ReportAt(training.Segment.LeavesAt, record!.Id));
        running.Remove(ending);
    }

    private async Task Deliver(Trial answer)
    {
        var open = answer.OpenSegment()!;
        await Send(answer.Id, new SegmentReport
        {
            Job = record!.Id,
            Trial = answer.Id,
            LeaseToken = open.LeaseToken,
            Step = open.ToStep,
            End = SegmentEnd.BudgetReached,
            Final = new FinalWeights { Uri = "simulated", Value = answer.Curve[^1].Value, IsAveraged = false },
        });
    }

    private Task<ReportReply> Send(TrialId trial, SegmentReport report) =>
        Device(running[trial].Device).Report(sessions[running[trial].Device], report with { Job = record!.Id });

    private IDeviceGrain Device(DeviceId id) => cluster.Grains.GetGrain<IDeviceGrain>(id.Value);
}
