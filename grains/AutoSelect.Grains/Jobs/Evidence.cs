using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Grains;

/// <summary>What a policy is shown of a record. Pure.</summary>
internal static class Evidence
{
    public static SelectionInput Of(JobRecord record, double elapsedSeconds, SelectionHistory history) => new()
    {
        Objective = record.Spec.Objective,
        Confidence = record.Spec.Confidence,
        Probe = record.Spec.Probe,
        Rung = Branches.Rung(record),
        ElapsedSeconds = elapsedSeconds,
        Devices = Math.Max(1, Math.Min(record.Spec.Probe.Devices, record.Devices.IsEmpty ? int.MaxValue : record.Devices.Length)),
        Trials = [.. record.Trials.Where(t => Branches.IsShown(record, t)).Select(t => Of(t, record))],
        Commit = Branches.IsCommitOpen(record) ? null : record.Commit,
        Seed = record.Spec.Seed,
        Evaluation = record.Spec.Evaluation,
        Workload = record.Spec.Workload.Name,
        History = history,
    };

    private static TrialEvidence Of(Trial trial, JobRecord record)
    {
        var (step, stepTime) = (trial.SafeStep(), StepTimes.Of(trial, record.Spec));
        return new TrialEvidence
        {
            Trial = trial.Id,
            Candidate = trial.Candidate,
            // Between two segments a trial is paused; to a policy it is still in the race, as is one that goes on from another that is.
            State = trial.State == TrialState.Paused && IsRacing(trial, record) ? TrialState.Running : trial.State,
            // Points beyond the checkpoint belong to steps that were lost with a device and will be done again.
            Curve = [.. trial.Curve.Where(p => p.Step <= step)],
            HorizonSteps = trial.HorizonSteps,
            StepsPerEpoch = LearningRateSchedule.StepsPerEpoch(record.Spec.TrainingExamples, trial.Candidate.BatchSize),
            StepTime = stepTime,
            Committed = CommittedRuns.Of(trial, stepTime, record.Spec),
            ChargedSeconds = trial.ChargedSeconds,
            Step = step,
        };
    }

    private static bool IsRacing(Trial trial, JobRecord record) =>
        !record.Rungs.IsEmpty && (record.Rungs[^1].NextStep.ContainsKey(trial.Id.Value) || !record.Rungs.Any(r => r.Horizon.ContainsKey(trial.Id.Value)));
}
