using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Decisions;

/// <summary>
/// What a policy is shown of a record. Points count as long as the segment that measured them runs, or once a checkpoint has passed them;
/// those of a segment that was lost count again when their steps have been done again. Pure.
/// </summary>
public static class Evidence
{
    /// <summary>
    /// Changes whenever a policy may be shown something else of the same record, or its outcome makes another decision there.
    /// </summary>
    public const int Version = 5;

    public static SelectionInput Shown(JobRecord record, DecisionBasis basis, SelectionHistory history, ITrialPace pace)
    {
        var baseline = record.Trials.FirstOrDefault(t => t.Candidate.Name == record.Spec.Baseline);
        var begun = record.Trials.Where(t => !t.Segments.IsEmpty).Select(t => t.Segments[0].StartedAt).DefaultIfEmpty(basis.Clock).Min();
        var trained = baseline?.Segments.Sum(s => (s.EndedAt ?? basis.Clock) - s.StartedAt) ?? 0;
        return new()
        {
            Objective = record.Spec.Objective,
            Confidence = record.Spec.Confidence,
            Probe = record.Spec.Probe,
            Rung = record.Rungs.Length,
            ElapsedSeconds = basis.Clock,
            Devices = basis.Devices,
            Trials = [.. record.Trials.Where(t => Branches.IsShown(t)).Select(t => Shown(t, record, pace))],
            Commit = record.Commit,
            IsCommitAskedFor = Endings.IsAskedFor(record),
            Seed = record.Spec.Seed,
            Evaluation = record.Spec.Evaluation,
            Workload = record.Spec.Workload.Label,
            History = history,
            Baseline = baseline?.Id,
            CommitDevices = record.Spec.Commit.Devices,
            BaselineSeconds = trained,
            BaselineIdleSeconds = Math.Max(0, basis.Clock - begun - trained),
        };
    }

    private static TrialEvidence Shown(Trial trial, JobRecord record, ITrialPace pace)
    {
        var (open, stepTime) = (trial.OpenSegment(), pace.StepTime(trial));
        var step = Math.Max(trial.SafeStep(), open?.ToStep ?? 0);
        return new TrialEvidence
        {
            Trial = trial.Id,
            Candidate = trial.Candidate,
            // Between two segments a trial is paused; to a policy it is still in the race, as is one that goes on from another that is.
            State = trial.State == TrialState.Paused && IsRacing(trial, record) ? TrialState.Running : trial.State,
            Curve = trial.LastPoint() <= step ? trial.Curve : [.. trial.Curve.TakeWhile(p => p.Step <= step)],
            HorizonSteps = trial.HorizonSteps,
            StepsPerEpoch = pace.StepsPerEpoch(trial),
            StepTime = stepTime,
            Committed = pace.Committed(trial, stepTime),
            ChargedSeconds = trial.ChargedSeconds,
            Step = step,
            RunningTo = open?.UntilStep,
        };
    }

    private static bool IsRacing(Trial trial, JobRecord record) =>
        !record.Rungs.IsEmpty
            && (record.Rungs[^1].NextStep.ContainsKey(trial.Id.Value) || !record.Rungs.Any(r => r.Horizon.ContainsKey(trial.Id.Value)));
}
