using System.Collections.Immutable;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;

namespace AutoSelect.Chaos.Faults;

/// <summary>Carries a schedule of faults out, those of one lane one after the other, and makes good whatever it did.</summary>
internal sealed class Nemesis(ChaosCluster cluster, HistoryFile history)
{
    /// <summary>Carries them out; those done in an earlier run are left out by the caller.</summary>
    public async Task Run(ImmutableArray<Fault> faults, double startedAt, CancellationToken ct) => await Task.WhenAll(
        faults.GroupBy(f => f.Lane).Select(lane => RunLane([.. lane.OrderBy(f => f.At)], startedAt, ct)));

    private async Task RunLane(ImmutableArray<Fault> faults, double startedAt, CancellationToken ct)
    {
        foreach (var fault in faults)
        {
            try
            {
                var wait = startedAt + fault.At - HistoryFile.Now;
                if (wait > 0) await Task.Delay(TimeSpan.FromSeconds(wait), ct);
                var begun = history.Add(Entry(EntryKind.Asked, Whats.Fault, fault));
                await Begin(fault);
                history.Answer(begun, EntryKind.Done);
                await Task.Delay(TimeSpan.FromSeconds(fault.Seconds), ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                await End(fault);
                return;
            }
            await End(fault);
            history.Add(Entry(EntryKind.Note, Whats.Healed, fault));
        }
    }

    private HistoryEntry Entry(EntryKind kind, string what, Fault fault) => history.New(kind, what) with
    {
        Number = fault.Number,
        Key = fault.Kind.ToString(),
        Target = fault.Lane,
        Seconds = fault.Seconds,
        Reason = fault.Amount == 0 ? null : $"{fault.Amount:0.##} s",
    };

    private async Task Begin(Fault fault)
    {
        var lasting = TimeSpan.FromSeconds(fault.Seconds);
        switch (fault.Kind)
        {
            case FaultKind.KillSilo: cluster.Silos[fault.Target].Kill(lasting); break;
            case FaultKind.StopSilo: cluster.Silos[fault.Target].Signal(Signals.Stop); break;
            case FaultKind.CutSilo: await Network.Cut(fault.Target); break;
            case FaultKind.JumpClock: cluster.SetClock(fault.Target, TimeSpan.FromSeconds(fault.Amount)); break;
            case FaultKind.KillDevice: cluster.Device(fault.Target)?.Kill(lasting); break;
            case FaultKind.StopDevice: cluster.Device(fault.Target)?.Signal(Signals.Stop); break;
            case FaultKind.CutDevices: await Network.Cut(cluster.DevicesHost); break;
            case FaultKind.KillDatabase: await cluster.Database.Kill(); break;
            case FaultKind.KillBackend: cluster.Database.KillOne(fault.Target); break;
            case FaultKind.StopDatabase: cluster.Database.Suspend(); break;
            case FaultKind.SlowDisk: cluster.SlowDisk(TimeSpan.FromSeconds(fault.Amount)); break;
            case FaultKind.FullDisk: cluster.Disk?.Fill(); break;
            default: throw new InvalidOperationException($"Unknown fault {fault.Kind}.");
        }
    }

    private async Task End(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.StopSilo: cluster.Silos[fault.Target].Signal(Signals.Continue); break;
            case FaultKind.CutSilo: await Network.Join(fault.Target); break;
            case FaultKind.JumpClock: cluster.SetClock(fault.Target, TimeSpan.Zero); break;
            case FaultKind.StopDevice: cluster.Device(fault.Target)?.Signal(Signals.Continue); break;
            case FaultKind.CutDevices: await Network.Join(cluster.DevicesHost); break;
            case FaultKind.KillDatabase: await cluster.Database.Start(); break;
            case FaultKind.StopDatabase: cluster.Database.Resume(); break;
            case FaultKind.SlowDisk: cluster.SlowDisk(TimeSpan.Zero); break;
            case FaultKind.FullDisk: cluster.Disk?.Free(); break;
            // Killed processes are started again by who keeps them, and a server recovers by itself.
            default: break;
        }
    }
}
