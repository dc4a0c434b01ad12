using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>How a job ended. Pure.</summary>
internal static class Outcomes
{
    public static Outcome Of(JobRecord record, Trial winner, FinalWeights final, double elapsed)
    {
        var objective = record.Spec.Objective;
        var hit = winner.Curve.Any(p => objective.Reaches(p.Deliverable(objective.Direction)));
        var at = hit ? record.Rungs[^1].DecidedAt : (double?)null;
        var late = at > objective.DeadlineSeconds;
        var met = objective.Kind == ObjectiveKind.FastestTo ? hit && !late : double.IsFinite(final.Value);
        return new Outcome
        {
            ObjectiveMet = met,
            Winner = winner.Id,
            Value = final.Value,
            TestValue = final.TestValue,
            SecondsToTarget = at,
            FinalWeights = final.Uri,
            Summary = objective.Kind switch
            {
                ObjectiveKind.FastestTo when hit => $"{winner.Candidate.Name} reached {objective.Metric} {objective.Target:0.####} after {at:0.0} s{(late ? $", later than the deadline of {objective.DeadlineSeconds:0.#} s" : "")}",
                ObjectiveKind.FastestTo => $"{winner.Candidate.Name} ended at {objective.Metric} {final.Value:0.####} without reaching {objective.Target:0.####}",
                _ => $"{winner.Candidate.Name} has {objective.Metric} {final.Value:0.####} after {elapsed:0.0} s",
            },
        };
    }

    public static Outcome AllFailed(JobRecord record, string? reason) => new()
    {
        ObjectiveMet = false,
        Summary = reason ?? (record.Trials.All(t => t.State == TrialState.Failed)
            ? $"all {record.Trials.Length} candidates failed; the first: {record.Trials[0].Candidate.Name} {record.Trials[0].Reason}"
            : $"no candidate can go on: {(record.Rungs.IsEmpty ? "nothing was decided" : record.Rungs[^1].Summary)}"),
    };
}
