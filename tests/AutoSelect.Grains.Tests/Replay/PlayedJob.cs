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
    SimulatedConditions conditions)
{
    public const string Name = "job";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SortedDictionary<TrialId, SimulatedTraining> trainings =
        new(SimulatedTraining.ForProblem(curves, new SimulatedCosts()).ToDictionary(t => t.Trial.Id));
    private readonly SortedDictionary<int, long> sessions = [];
    private readonly Dictionary<TrialId, (int Device, long Token)> running = [];
    private JobRecord? record;
    private (int Devices, double At) since;

    /// <summary>When the job is next due by its clock alone.</summary>
    private double due = double.PositiveInfinity;

    /// <param name="first">The record that the simulated job began with.</param>
    public async Task<JobRecord> Run(JobRecord first)
    {
        await MoveDevices();
        await cluster.Import(Name, first, time.GetUtcNow());
        // So long without news, and not in all: what a race takes depends on what else the machine has to do.
        using var patience = new CancellationTokenSource();
        var last = (Version: 0L, Now: double.NaN);
        while (true)
        {
            if (last != (record?.Version ?? 0, time.Now)) patience.CancelAfter(TimeSpan.FromMinutes(2));
            last = (record?.Version ?? 0, time.Now);
            if ((await Settled(patience.Token)).HasEnded) break;
            if (record!.Exporting is { } answer) await Deliver(record[answer]);
            else await Advance();
        }
        return record!;
    }

    /// <summary>Has devices join and leave that do so by now.</summary>
    private async Task MoveDevices()
    {
        for (var i = 0; i < conditions.Devices; i++)
        {
            var isThere = conditions.IsThere(i, time.Now);
            if (isThere && !sessions.ContainsKey(i)) sessions[i] = (await Device(i).Register(Described(i), null)).Session;
            if (isThere || !sessions.Remove(i)) continue;
            var gone = Described(i).Id;
            foreach (var trial in DesiredState.Running(record!).Where(t => t.OpenSegment()!.Members().Any(m => m.Device == gone)))
            {
                running.Remove(trial.Id);
                trainings[trial.Id].Lose();
            }
            await cluster.Pool.Leave(gone, "it went away", isBlameless: false);
        }
    }

    /// <summary>Waits until the job waits for its devices or for its clock, and has each of them begin what it was given.</summary>
    private async Task<JobRecord> Settled(CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var news = await cluster.Jobs.Changes(ControlCluster.IdOf(Name), record?.Version ?? 0);
            record = news.Aggregate(record, JobFold.Apply);
            if (record is { HasEnded: true }) return record;
            if (record is not null && await Waits(record) is { } wait)
            {
                due = wait.Until;
                return record;
            }
            // Leases change without an event.
            await Task.Delay(2, ct);
        }
    }

    /// <summary>How the job waits, once it has all that it is going to get; null while it has something to do.</summary>
    private async Task<Move.Wait?> Waits(JobRecord record)
    {
        var leases = await cluster.Leases.HeldBy(record.Id);
        if (leases.Leases.Length != since.Devices) since = (leases.Leases.Length, time.Now);
        var facts = new JobFacts
        {
            Now = time.Now,
            Policy = policy,
            Leases = leases,
            LeasesSince = since.At,
            JoinSeconds = conditions.JoinSeconds,
        };
        // Devices in use go back when their segments have ended.
        var isServed = leases.Lost.IsEmpty
            && leases.Leases.Length == Math.Max(Lanes.Busy(record).Count, Math.Min(sessions.Count, Lanes.Wanted(record).Most));
        if (!isServed || JobMachine.Next(record, facts) is not Move.Wait wait) return null;
        foreach (var trial in DesiredState.Running(record))
        {
            await Begin(trial);
            if (JobMachine.OrderFor(record, facts, trial, trial.OpenSegment()!.LeaseToken) != SegmentOrder.Continue)
                trainings[trial.Id].Interrupt(time.Now);
        }
        return wait;
    }

    private async Task Begin(Trial trial)
    {
        var open = trial.OpenSegment()!;
        if (running.TryGetValue(trial.Id, out var begun) && begun.Token == open.LeaseToken) return;
        var device = sessions.Keys.First(i => Described(i).Id == open.Device);
        SegmentAssignment? work;
        do work = await Device(device).NextWork(sessions[device], Patience);
        while (work?.LeaseToken != open.LeaseToken);
        running[trial.Id] = (device, open.LeaseToken);
        if (open.IsExport) return;
        trainings[trial.Id].Start(time.Now, open, isHeld: true, work.StopAtValue is null ? null : conditions.Objective);
    }

    /// <summary>
    /// The next end of a segment, time by the job's clock, or coming and going of devices. Whoever trains tells its points first, so that a
    /// decision sees them.
    /// </summary>
    private async Task Advance()
    {
        var ending = trainings.Values.Where(t => t.Segment is not null).MinBy(t => t.Segment!.LeavesAt);
        var ends = ending?.Segment!.LeavesAt ?? double.PositiveInfinity;
        var moves = conditions.Presences.SelectMany(p => new[] { p.From, p.Until }).Where(t => t > time.Now)
            .DefaultIfEmpty(double.PositiveInfinity).Min();
        var next = Math.Min(ends, Math.Min(due, moves));
        Assert.True(double.IsFinite(next), "Nothing will ever happen to the job again.");
        var isEnd = ends <= next;
        if (isEnd) time.Now = next;
        foreach (var training in trainings.Values.Where(t => t.Segment is not null && !(isEnd && t == ending)).ToList())
            if (conditions.IsThere(running[training.Trial.Id].Device, next)) await Report(training, next);
        if (isEnd) await Report(ending!, next);
        time.Now = next;
        await MoveDevices();
    }

    private async Task Report(SimulatedTraining training, double at)
    {
        var id = training.Trial.Id;
        await Send(id, training.ReportAt(at, record!.Id));
        if (training.Segment is null) running.Remove(id);
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

    private IDeviceGrain Device(int index) => cluster.Grains.GetGrain<IDeviceGrain>(Described(index).Id.Value);

    private static DeviceDescription Described(int index) => new()
    {
        Id = new DeviceId($"simulated-{index}"),
        Kind = DeviceKind.Cpu,
        Index = index,
        Model = "simulated",
        Host = "simulated",
    };
}
