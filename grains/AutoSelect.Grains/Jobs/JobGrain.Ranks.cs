using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// Segments on several devices. What counts is what rank 0 reports; the others' reports keep their leases, and tell of errors that rank 0
/// cannot see. When one is lost the segment is broken off on all, and their devices get nothing new before they have said their last word.
/// </summary>
internal sealed partial class JobGrain
{
    // Members of segments that were broken off and have not ended yet, and since when that is awaited.
    private readonly Dictionary<long, long> ending = [];

    // Members of running segments that have ended before their leader.
    private readonly HashSet<long> endedTokens = [];

    // Trials that end their segment so as to go on with more ranks.
    private readonly HashSet<TrialId> widening = [];

    // How long devices have been too few, and with how many of them the job has made do.
    private long? shortSince;
    private int acceptedDevices, knownDevices, freeDevices;

    private HashSet<long> BusyTokens() => [.. record!.Trials.Select(t => t.OpenSegment()).OfType<Segment>().SelectMany(s => s.Members()).Select(m => m.LeaseToken), .. ending.Keys];

    /// <summary>Devices of the job that will be idle later. One that does not end what was broken off is not waited for without end.</summary>
    private int Coming() => BusyTokens().Count(token => !ending.TryGetValue(token, out var since) || time.GetElapsedTime(since) <= leaseOptions.Grace);

    /// <summary>
    /// True when a trial is to start with fewer ranks than it wants. Devices that have just been started, or are started anew after one was killed,
    /// join within a lease's time: so long it waits, once for each number of devices.
    /// </summary>
    private bool MayNarrow()
    {
        if (knownDevices <= acceptedDevices) return true;
        shortSince ??= time.GetTimestamp();
        if (time.GetElapsedTime(shortSince.Value) < leaseOptions.Lease) return false;
        (shortSince, acceptedDevices) = (null, knownDevices);
        return true;
    }

    private void HasEnough() => (shortSince, acceptedDevices) = (null, 0);

    private async Task<ReportReply> ReportOfPeer(Trial trial, SegmentReport report)
    {
        if (report.End != SegmentEnd.None) endedTokens.Add(report.LeaseToken);
        if (IsOwnError(report.End)) await EndBy(trial, report);
        return new ReportReply { Order = report.End == SegmentEnd.None ? OrderFor(record![trial.Id]) : SegmentOrder.Continue, AcknowledgedStep = LastStep(trial) };
    }

    /// <summary>A report under a token that is over: fenced off, but the device is free when it was the last, and it may say why the segment broke.</summary>
    private async Task<ReportReply> ReportOfFormer(Trial? trial, SegmentReport report)
    {
        if (report.End != SegmentEnd.None && ending.Remove(report.LeaseToken))
        {
            if (IsRunning && trial is { IsAlive: true } && IsOwnError(report.End)) await EndBy(trial, report);
            else await Advance();
        }
        return new ReportReply { Order = SegmentOrder.Abandon, AcknowledgedStep = LastStep(trial) };
    }

    private static bool IsOwnError(SegmentEnd end) => end is SegmentEnd.Failed or SegmentEnd.OutOfMemory or SegmentEnd.StorageFailed;

    /// <summary>Ends a trial's segment by an error of another rank than the leading one.</summary>
    private async Task EndBy(Trial trial, SegmentReport report)
    {
        var open = trial.OpenSegment();
        var named = report with { Reason = $"{NameOf(open ?? trial.Segments[^1], report.LeaseToken)}: {report.Reason}" };
        if (open is not null) trial = trial.Reported(named with { Step = open.ToStep, Points = [], Checkpoint = null, StepTime = null, DeviceSeconds = 0, EvaluationSeconds = 0, OverheadSeconds = 0 }, Elapsed(), out _);
        var ended = trial.Ended(named);
        await Store(record!.With(ended));
        if (open is not null) Close(open, isBroken: true, report.LeaseToken);
        if (open is not null) telemetry.SegmentEnded(ended.Segments[^1], trial.Candidate.Strategy, null);
        LogSegmentEnded(Id, trial.Id, report.End, trial.Segments[^1].ToStep, named.Reason);
        if (report.End == SegmentEnd.StorageFailed) await PauseBecause(named.Reason);
        await Advance();
    }

    /// <summary>Takes note that a segment is over for the job.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="isBroken">True when its other members may not know yet.</param>
    /// <param name="token">The member that has ended or is lost.</param>
    private void Close(Segment segment, bool isBroken, long token)
    {
        foreach (var member in segment.Members())
        {
            var hasEnded = endedTokens.Remove(member.LeaseToken) || member.LeaseToken == token;
            if (isBroken && !hasEnded) ending[member.LeaseToken] = time.GetTimestamp();
        }
        foreach (var trial in record!.Trials)
            if (trial.OpenSegment() is null) widening.Remove(trial.Id);
    }

    /// <summary>
    /// A committed run that has fewer ranks than it is to have goes on with more when there are devices: it is interrupted, and its next segment
    /// takes what is there. Not before it has come far enough to be worth the interruption.
    /// </summary>
    private void LookForMoreRanks()
    {
        if (freeDevices == 0 || record!.Phase != JobPhase.Committed || record[record.Commit!.Winner] is not { State: TrialState.Committed } winner) return;
        if (winner.OpenSegment() is not { } open || Elapsed() - open.StartedAt < record.Spec.Checkpoints.EverySeconds) return;
        var possible = RankRules.MostRanks(winner.Candidate.BatchSize, Math.Min(Gangs.Wanted(record, winner), open.Devices + freeDevices));
        if (possible > open.Devices && widening.Add(winner.Id)) LogWidening(Id, winner.Id, open.Devices);
    }

    private void ForgetRanks()
    {
        ending.Clear();
        endedTokens.Clear();
        widening.Clear();
        HasEnough();
    }

    private static string NameOf(Segment segment, long token)
    {
        var members = segment.Members().ToList();
        var rank = members.FindIndex(m => m.LeaseToken == token);
        return rank < 0 ? "a rank of an earlier segment" : $"rank {rank} of {members.Count} on {members[rank].Device}";
    }
}
