using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Host.Views;

/// <summary>What an event of a job says to people.</summary>
internal static class EventText
{
    /// <param name="e">The event.</param>
    /// <param name="before">The job before it; null at its first event.</param>
    /// <param name="after">The job with it.</param>
    public static IEnumerable<EventLine> Lines(JobEvent e, JobRecord? before, JobRecord after) => e.Change switch
    {
        JobSubmitted => [Submitted(after)],
        JobImported => [Submitted(after), .. Ended(before, after)],
        JobRequested requested => [Requested(after, requested.Request)],
        ObjectiveChanged changed => [Line(after, EventNames.Objective, $"the objective is now {Wording.Objective(changed.Objective)}")],
        CandidatesAdded added => after.Trials.TakeLast(added.Addition.Candidates.Length).Select(t => OfTrial(after, t.Id, "joins the job")),
        SegmentStarted started => [SegmentText.Started(after, after[started.Trial], started.Segment)],
        SegmentReported reported => SegmentText.Points(after, after[reported.Trial], reported.Points),
        SegmentEnded ended => [SegmentText.Ended(after, after[ended.Trial], after[ended.Trial].Segments[^1])],
        TrialBranched branched =>
            [OfTrial(after, branched.Trial, $"begins with step {branched.Checkpoint.Step} of {Name(after[branched.Predecessor])}")],
        CheckpointGivenUp lost => [OfTrial(after, lost.Trial, $"lost its checkpoint{Because(lost.Reason)}")],
        TrialEnded ended => [OfTrial(after, ended.Trial, ended.State.ToString().ToLowerInvariant() + Because(ended.Reason))],
        JobDecided decided => DecisionText.Lines(after, decided.Rung, decided.Commit),
        ExportBegun begun =>
            [Line(after, EventNames.Phase, $"training is over{Because(begun.Reason)}")],
        JobPaused => [Line(after, EventNames.Phase, "paused")],
        JobHeld held => [Line(after, EventNames.Phase, held.Reason)],
        JobAdmitted => [Line(after, EventNames.Phase, "admitted")],
        JobEnded => Ended(before, after),
        HookTold { State: HookState.Delivered or HookState.GivenUp } told => [Line(after, EventNames.Notice,
            told.State == HookState.Delivered ? "the notice of the end was delivered"
                : $"the notice of the end was given up after {Wording.Count(told.Attempt, "attempt")}{Because(told.Reason)}")],
        _ => [],
    };

    /// <summary>A line of the job as a whole.</summary>
    public static EventLine Line(JobRecord record, string name, string text) =>
        new() { Event = name, At = record.ElapsedSeconds, Job = record.Id.Value, Text = text };

    public static string Name(Trial trial) => $"{trial.Id} {trial.Candidate.Name}";

    private static EventLine Submitted(JobRecord record)
    {
        var (spec, trials) = (record.Spec, record.Trials.Length);
        var what = $"{spec.Workload.Name}, {Wording.Objective(spec.Objective)}";
        var where = spec.Workload.IsElsewhere ? $"trained elsewhere, by up to {Wording.Count(spec.Probe.Devices, "client")} that ask for it"
            : $"on {Wording.Count(spec.Probe.Devices, "device")}";
        var text = $"job {record.Id}: {what}; {Wording.Count(trials, "candidate")} {where}";
        return Line(record, EventNames.Job, text) with { At = 0 };
    }

    private static EventLine Requested(JobRecord record, JobRequest request)
    {
        var what = request.Kind switch
        {
            JobRequestKind.Pause => "pause",
            JobRequestKind.Resume => "resume",
            JobRequestKind.Cancel => "cancel",
            JobRequestKind.StopTrial => "stop",
            JobRequestKind.Extend => "extend the objective",
            JobRequestKind.AddCandidates => "try more candidates",
            _ => "commit to",
        };
        var trial = request.Trial is { } id ? record.Find(id) : null;
        return Line(record, EventNames.Request, $"asked to {what}{(trial is null ? "" : " " + Name(trial))}{Because(request.Reason)}") with
        {
            Trial = trial?.Id.Value,
            Candidate = trial?.Candidate.Name,
        };
    }

    private static EventLine OfTrial(JobRecord record, TrialId id, string text) =>
        Line(record, EventNames.Trial, $"{Name(record[id])} {text}") with { Trial = id.Value, Candidate = record[id].Candidate.Name };

    /// <summary>The segments that the end cut off, and the outcome.</summary>
    private static IEnumerable<EventLine> Ended(JobRecord? before, JobRecord after)
    {
        foreach (var trial in after.Trials)
            if (before?.Find(trial.Id)?.OpenSegment() is not null && trial.OpenSegment() is null)
                yield return SegmentText.Ended(after, trial, trial.Segments[^1]);
        if (after.Outcome is not { } outcome) yield break;
        // The conclusion says it at more length.
        yield return Line(after, EventNames.Outcome, outcome.Summary) with
        {
            Trial = outcome.Winner?.Value,
            Value = outcome.Value,
            IsRoutine = true,
        };
    }

    private static string Because(string reason) => reason.Length > 0 ? $": {reason}" : "";
}
