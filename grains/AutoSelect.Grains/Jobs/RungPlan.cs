using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>What the last stored rung asks for, derived from the record alone, so that a restart finds the same plan. Pure.</summary>
internal static class RungPlan
{
    /// <summary>Trials that have steps to do before the next decision, in the order of the decisions.</summary>
    public static IEnumerable<(Trial Trial, long UntilStep)> Open(JobRecord record)
    {
        if (record.Rungs.IsEmpty) yield break;
        var rung = record.Rungs[^1];
        foreach (var decision in rung.Decisions)
        {
            if (!rung.NextStep.TryGetValue(decision.Trial.Value, out var until)) continue;
            var trial = record[decision.Trial];
            if (trial.IsAlive && trial.SafeStep() < Math.Min(until, trial.HorizonSteps)) yield return (trial, Math.Min(until, trial.HorizonSteps));
        }
    }

    /// <summary>The committed trial once it is complete: its weights are to be written.</summary>
    public static Trial? ToExport(JobRecord record) =>
        record.Commit is { } commit && record.Outcome is null && !Branches.IsCommitOpen(record) && record[commit.Winner] is { State: TrialState.Completed } winner ? winner : null;

    /// <summary>The first trial, by device time, whose curve reaches the target by a point of its own.</summary>
    public static Trial? AtTarget(JobRecord record)
    {
        var objective = record.Spec.Objective;
        return record.Trials
            .Where(t => t.State is not (TrialState.Failed or TrialState.Stopped))
            .Select(t => (Trial: t, Hit: t.Curve.FirstOrDefault(p => p.Step > (t.Candidate.Continues?.StepOf(t.HorizonSteps) ?? 0) && objective.Reaches(p.Deliverable(objective.Direction)))))
            .Where(t => t.Hit is not null)
            .OrderBy(t => t.Hit!.DeviceSeconds)
            .Select(t => t.Trial)
            .FirstOrDefault();
    }

    /// <summary>The trial with the best deliverable value so far that can be delivered; null when nothing was measured.</summary>
    public static Trial? BestNow(JobRecord record)
    {
        var direction = record.Spec.Objective.Direction;
        var measured = record.Trials
            .Where(t => t.State is not (TrialState.Failed or TrialState.Stopped) && !t.Curve.IsEmpty && (t.Checkpoint is not null || t.OpenSegment() is not null))
            .Where(t => double.IsFinite(t.Curve[^1].Deliverable(direction)))
            // Of equals the first is taken: whoever measured the value.
            .OrderByDescending(t => t.IsTried);
        return direction == Direction.Maximize
            ? measured.MaxBy(t => t.Curve[^1].Deliverable(direction))
            : measured.MinBy(t => t.Curve[^1].Deliverable(direction));
    }
}
