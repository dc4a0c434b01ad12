using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Transitions;

/// <summary>The start of segments. Pure.</summary>
public static class Dispatching
{
    /// <summary>The event of a start under renewed leases.</summary>
    /// <param name="record">The job.</param>
    /// <param name="gang">Whose start; its leases have the tokens that will be reported under.</param>
    /// <param name="devices">The devices of the leases.</param>
    /// <param name="now">Seconds of the job's clock.</param>
    /// <param name="isExport">True to write the weights and train nothing.</param>
    /// <param name="group">Secret of the devices' group, where there are several.</param>
    public static SegmentStarted Started(
        JobRecord record, Gang gang, IEnumerable<DeviceDescription> devices, double now, bool isExport, Guid group = default)
    {
        var safe = gang.Trial.SafeStep();
        var segment = new Segment
        {
            Device = gang.Leases[0].Device,
            LeaseToken = gang.Leases[0].Token,
            Peers = [.. gang.Leases.Skip(1).Select(l => new SegmentMember(l.Device, l.Token))],
            Rung = record.Rungs.Length - 1,
            StartedAt = now,
            FromStep = safe,
            ToStep = safe,
            UntilStep = gang.UntilStep,
            IsExport = isExport,
            Group = gang.Leases.Length > 1 ? group : null,
        };
        var members = gang.Leases.Select(l => l.Device).ToHashSet();
        return new SegmentStarted(gang.Trial.Id, segment, [.. devices.Where(d => members.Contains(d.Id) && !record.Devices.Contains(d))]);
    }

    /// <summary>
    /// What each member of a trial's open segment that has not said its last word is given, rank 0 first. Made of the record alone, so
    /// that it can be given again when it got lost.
    /// </summary>
    /// <param name="record">The job.</param>
    /// <param name="trial">With an open segment.</param>
    /// <param name="runsToHorizon">True where reaching the target does not end the segment.</param>
    /// <param name="traceParent">Of the span that the segment belongs to; null when nobody traces.</param>
    public static IEnumerable<(DeviceId Device, SegmentAssignment Assignment)> Assignments(
        JobRecord record, Trial trial, bool runsToHorizon, string? traceParent)
    {
        var (spec, open) = (record.Spec, trial.OpenSegment()!);
        var members = open.Members().ToImmutableArray();
        for (var rank = 0; rank < members.Length; rank++)
        {
            // It has done its part: given again, it would wait for the others' start.
            if (open.Left.Contains(members[rank].LeaseToken)) continue;
            yield return (members[rank].Device, new SegmentAssignment
            {
                Job = record.Id,
                Trial = trial.Id,
                LeaseToken = members[rank].LeaseToken,
                Candidate = RankRules.OnRanks(trial.Candidate, members.Length),
                Workload = spec.Workload,
                Evaluation = spec.Evaluation,
                From = trial.Checkpoint,
                Predecessor = Branches.PredecessorOf(record, trial),
                Branches = Branches.ToLeave(record, trial),
                UntilStep = open.UntilStep,
                StopAtValue = runsToHorizon ? null : spec.Objective.Target,
                CheckpointEverySeconds = spec.Checkpoints.EverySeconds,
                Folder = CheckpointPaths.TrialFolder(record, trial.Id),
                HorizonSteps = trial.HorizonSteps,
                Direction = spec.Objective.Direction,
                TraceParent = traceParent,
                Rung = open.Rung,
                ExportTo = open.IsExport ? CheckpointPaths.ExportPath(record) : null,
                Placement = members.Length == 1 ? null : new RankPlacement
                {
                    Token = open.Group
                        ?? throw new InvalidOperationException($"The segment of {trial.Id} on {members.Length} devices has no group."),
                    Generation = trial.Segments.Length,
                    Rank = rank,
                    Size = members.Length,
                },
            });
        }
    }
}
