using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Machine;

/// <summary>
/// What a job gives back because it is asked to: idle leases first, then the devices of probing lanes, whose segments end at their next
/// checkpoint. The pool says how many it may keep; which ones is the job's own matter, as it alone knows what they are used for. Pure.
/// </summary>
/// <param name="Idle">Leases to give back now.</param>
/// <param name="Trials">Trials whose segments end for it: an interruption, which is nobody's fault.</param>
public sealed record AskedBack(ImmutableArray<Lease> Idle, ImmutableArray<TrialId> Trials)
{
    private static readonly AskedBack Nothing = new([], []);

    public static AskedBack Of(JobRecord record, JobFacts facts)
    {
        if (facts.Leases.Recall is not { } recall || facts.Leases.Leases.Length - recall.Keep is not (> 0 and var count)) return Nothing;
        var running = DesiredState.Running(record).ToList();
        // What the baseline's lane and the committed run are about to take stays for them.
        var reserved = recall.OfCommitted ? 0
            : running.Where(t => Lanes.IsProtected(record, t)).Aggregate(Lanes.Wanted(record).Core, (n, t) => n - t.OpenSegment()!.Devices);
        var idle = Lanes.WithoutSegments(record, facts).OrderByDescending(l => recall.Kind is not { } kind || l.Device.Kind == kind)
            .ThenBy(l => l.Lease.Provider == DeviceStatus.OwnProvider).ThenByDescending(l => l.Lease.Since)
            .Select(l => l.Lease).ToList();
        ImmutableArray<Lease> given = [.. idle.Take(Math.Min(count, idle.Count - Math.Max(0, reserved)))];
        count -= given.Length + Ending(record, facts);
        var leases = facts.Leases.Leases.ToDictionary(l => l.Lease.Token);
        bool IsOfKind(Trial t) => recall.Kind is not { } kind
            || (leases.TryGetValue(t.OpenSegment()!.LeaseToken, out var l) && l.Device.Kind == kind);
        bool IsBorrowed(Trial t) => t.OpenSegment()!.Members().Any(
            m => leases.TryGetValue(m.LeaseToken, out var l) && l.Lease.Provider != DeviceStatus.OwnProvider);
        var trials = ImmutableArray.CreateBuilder<TrialId>();
        var lanes = running.Where(t => !t.OpenSegment()!.IsExport && (recall.OfCommitted || !Lanes.IsProtected(record, t)))
            .OrderBy(t => Lanes.IsProtected(record, t))
            // What is about to end anyway costs nothing.
            .ThenByDescending(t => t.State == TrialState.Paused).ThenByDescending(IsOfKind).ThenByDescending(IsBorrowed)
            .ThenByDescending(t => t.OpenSegment()!.StartedAt).ThenByDescending(t => t.Id);
        foreach (var trial in lanes)
        {
            if (count <= 0) break;
            count -= trial.OpenSegment()!.Devices;
            trials.Add(trial.Id);
        }
        return new AskedBack(given, trials.ToImmutable());
    }

    /// <summary>Devices whose last word of a segment that is over is waited for.</summary>
    private static int Ending(JobRecord record, JobFacts facts)
    {
        var held = facts.Leases.Leases.Select(l => l.Lease.Token).ToHashSet();
        return record.Trials.SelectMany(t => t.Segments)
            .Sum(s => s.EndedAt is null || s.Awaited.IsDefaultOrEmpty ? 0 : s.Awaited.Count(held.Contains));
    }
}
