using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs;

/// <summary>Small readings and changes of records.</summary>
public static class JobReadings
{
    /// <summary>The record with a trial in place of the one of its id.</summary>
    public static JobRecord With(this JobRecord record, Trial trial) =>
        record with { Trials = record.Trials.SetItem(record.Trials.IndexOf(trial.Id), trial) };

    /// <summary>The phase of a job that neither waits nor is paused any more.</summary>
    public static JobPhase PhaseOnceAdmitted(this JobRecord record) =>
        record.Exporting is not null ? JobPhase.Exporting : record.Commits.IsEmpty ? JobPhase.Probing : JobPhase.Committed;

    /// <summary>The trial of that id; null where the job has none.</summary>
    public static Trial? Find(this JobRecord record, TrialId id) => record.Trials.FirstOrDefault(t => t.Id == id);

    /// <summary>The segment that runs, if any.</summary>
    public static Segment? OpenSegment(this Trial trial) => trial.Segments is [.., { EndedAt: null } last] ? last : null;

    /// <summary>Steps that are safe: those of the checkpoint.</summary>
    public static long SafeStep(this Trial trial) => trial.Checkpoint?.Step ?? 0;

    /// <summary>Step of the last point; 0 before the first.</summary>
    public static long LastPoint(this Trial trial) => trial.Curve.IsEmpty ? 0 : trial.Curve[^1].Step;

    /// <summary>Why checkpoints of trials that run wait for their store; empty where none does.</summary>
    public static string StoreNotice(this JobRecord record) =>
        record.Trials.FirstOrDefault(t => t.OpenSegment()?.StoreFault is not null) is { } trial
            ? $"{trial.Candidate.Name} trains on, but its checkpoints wait: {trial.Segments[^1].StoreFault}" : "";

    /// <summary>How far a segment has come as far as the record knows.</summary>
    public static SegmentProgress Progress(this Segment segment) =>
        new(segment.ToStep, segment.DeviceSeconds, segment.EvaluationSeconds, segment.OverheadSeconds);

    /// <summary>True for a segment on one of whose devices a token is in force.</summary>
    public static bool Has(this Segment segment, long token) => segment.Members().Any(m => m.LeaseToken == token);

    /// <summary>True for a trial of which a device was given a segment under that token, however long ago.</summary>
    public static bool WasGivenTo(this Trial trial, DeviceId device, long token) =>
        trial.Segments.LastOrDefault(s => s.Has(token)) is { } segment
        && segment.Members().Any(m => m.LeaseToken == token && m.Device == device);

    /// <exception cref="ForeignLeaseException">What a device reports of was not given to it.</exception>
    public static void CheckGiven(this JobRecord record, DeviceId device, SegmentReport report)
    {
        if (record.Find(report.Trial)?.WasGivenTo(device, report.LeaseToken) != true)
            throw new ForeignLeaseException(
                $"Job {record.Id} has given no segment of '{report.Trial}' under lease token {report.LeaseToken} to device {device}.");
    }

    /// <summary>Tokens of the members that have not said their last word, but for the one that has just said it.</summary>
    public static ImmutableArray<long> StillAwaited(this Segment segment, long said) =>
        [.. segment.Members().Select(m => m.LeaseToken).Where(t => t != said && !segment.Left.Contains(t))];

    /// <summary>A member of a segment for people: "rank 1 of 2 on d1".</summary>
    public static string NameOfMember(this Segment segment, long token)
    {
        var members = segment.Members().ToList();
        var rank = members.FindIndex(m => m.LeaseToken == token);
        return rank < 0 ? "a rank of an earlier segment" : $"rank {rank} of {members.Count} on {members[rank].Device}";
    }

    /// <summary>
    /// The record without what older decisions said and forecast, which no rule looks at and which would grow with every decision. What
    /// they saw and sent, and the last two in full, stay.
    /// </summary>
    public static JobRecord WithoutOldForecasts(this JobRecord record)
    {
        var rungs = record.Rungs;
        for (var i = rungs.Length - 3; i >= 0 && !rungs[i].Decisions.IsEmpty; i--)
            rungs = rungs.SetItem(i, rungs[i] with { Forecasts = [], Decisions = [], Summary = "" });
        return record with { Rungs = rungs };
    }

    private static int IndexOf(this ImmutableArray<Trial> trials, TrialId id)
    {
        for (var i = 0; i < trials.Length; i++)
            if (trials[i].Id == id) return i;
        throw new KeyNotFoundException($"The job has no trial {id}; it has {trials.Length}.");
    }
}
