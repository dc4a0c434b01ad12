using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Machine;

/// <summary>How a job ended. Pure.</summary>
public static class Outcomes
{
    public static Outcome Delivered(JobRecord record, Trial winner, FinalWeights final, double elapsed) =>
        Answered(record, winner, final.Value, elapsed) with { TestValue = final.TestValue, FinalWeights = final.Uri };

    /// <summary>The answer of a job whose runs are trained elsewhere: where its client keeps it.</summary>
    public static Outcome KeptElsewhere(JobRecord record, Trial winner, double elapsed)
    {
        var value = winner.Curve.LastOrDefault(p => p.Step <= winner.SafeStep())?.Deliverable(record.Spec.Objective.Direction);
        var outcome = Answered(record, winner, value ?? double.NaN, elapsed);
        var kept = winner.Checkpoint is { } checkpoint && CheckpointUri.NameElsewhere(checkpoint.Uri) is { } name
            ? $"its client keeps it as {name}" : "no checkpoint of it was named";
        return outcome with
        {
            Checkpoint = winner.Checkpoint?.Uri,
            Summary = $"{outcome.Summary}; it was trained elsewhere, and {kept}",
        };
    }

    /// <summary>The answer is known, but its weights could not be written: they lie in its checkpoint.</summary>
    public static Outcome NotWritten(JobRecord record, Trial winner, string reason, double elapsed)
    {
        var value = winner.Curve.IsEmpty ? double.NaN : winner.Curve[^1].Deliverable(record.Spec.Objective.Direction);
        var outcome = Answered(record, winner, value, elapsed);
        return outcome with
        {
            Checkpoint = winner.Checkpoint?.Uri,
            Summary = $"{outcome.Summary}; its weights could not be written ({reason}) and are in its checkpoint {winner.Checkpoint?.Uri}",
        };
    }

    public static Outcome Cancelled(JobRecord record, string reason) => new()
    {
        ObjectiveMet = false,
        Summary = reason.Length > 0 ? $"cancelled: {reason}" : $"cancelled after {record.Rungs.Length} decisions",
    };

    private static Outcome Answered(JobRecord record, Trial winner, double value, double elapsed)
    {
        var objective = record.Spec.Objective;
        var hit = winner.Curve.Any(p => objective.Reaches(p.Deliverable(objective.Direction)));
        var at = hit ? record.Rungs[^1].DecidedAt : (double?)null;
        var late = at > objective.DeadlineSeconds;
        var met = objective.Kind == ObjectiveKind.FastestTo ? hit && !late : double.IsFinite(value);
        return new Outcome
        {
            ObjectiveMet = met,
            Winner = winner.Id,
            Value = value,
            SecondsToTarget = at,
            Summary = objective.Kind switch
            {
                ObjectiveKind.FastestTo when hit => $"{winner.Candidate.Name} reached {objective.Metric} {objective.Target:0.####} after "
                    + $"{at:0.0} s{(late ? $", later than the deadline of {objective.DeadlineSeconds:0.#} s" : "")}",
                ObjectiveKind.FastestTo =>
                    $"{winner.Candidate.Name} ended at {objective.Metric} {value:0.####} without reaching {objective.Target:0.####}",
                _ => $"{winner.Candidate.Name} has {objective.Metric} {value:0.####} after {elapsed:0.0} s",
            },
        };
    }

    /// <summary>The job itself cannot go on, whatever its candidates could: the best one's checkpoint is kept.</summary>
    public static Outcome GivenUp(JobRecord record, string reason)
    {
        var best = Endings.Answer(record);
        return new Outcome
        {
            ObjectiveMet = false,
            Winner = best?.Id,
            Checkpoint = best?.Checkpoint?.Uri,
            Summary = reason + (best?.Checkpoint is { } kept ? $"; {best.Candidate.Name}, the best by then, is in {kept.Uri}" : ""),
        };
    }

    public static Outcome NobodyLeft(JobRecord record, string? reason) => new()
    {
        ObjectiveMet = false,
        Summary = reason ?? (record.Trials.All(t => t.State == TrialState.Failed)
            ? $"all {record.Trials.Length} candidates failed; the first: {record.Trials[0].Candidate.Name} {record.Trials[0].Reason}"
            : $"no candidate can go on: {(record.Rungs.IsEmpty ? "nothing was decided" : record.Rungs[^1].Summary)}"),
    };
}
