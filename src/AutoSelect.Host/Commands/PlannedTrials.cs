using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Selection;

namespace AutoSelect.Host.Commands;

/// <summary>The trials of a job before any of them has run, with predicted step times.</summary>
internal static class PlannedTrials
{
    public static ImmutableArray<TrialEvidence> Of(JobPlan plan, IEnumerable<StepTimeMeasurement> measurements)
    {
        var model = new StepTimeModel(measurements);
        var kind = plan.Inspection.Catalogue.Devices.Select(d => d.Kind).FirstOrDefault();
        return [.. plan.Spec.Candidates.Select((candidate, i) =>
        {
            var strategy = plan.Inspection.Catalogue.Strategies.First(s => s.Name == candidate.Strategy);
            return new TrialEvidence
            {
                Trial = TrialId.At(i),
                Candidate = candidate,
                State = TrialState.Waiting,
                Curve = [],
                HorizonSteps = candidate.Schedule.HorizonSteps(plan.Spec.TrainingExamples, candidate.BatchSize),
                StepsPerEpoch = LearningRateSchedule.StepsPerEpoch(plan.Spec.TrainingExamples, candidate.BatchSize),
                // Each rank computes its part of the batch; what the ranks then send each other is not foreseen here.
                StepTime = model.Predict(StepTimeQuestion.Of(candidate with { BatchSize = candidate.BatchSize / candidate.Ranks }, strategy, plan.Inspection.Workload!, kind)),
                ChargedSeconds = 0,
                Step = 0,
            };
        })];
    }

    /// <summary>What a policy is asked before anything has run; candidates that continue others are not there yet.</summary>
    public static SelectionInput Opening(JobSpec spec, ImmutableArray<TrialEvidence> trials, SelectionHistory history) => new()
    {
        Objective = spec.Objective,
        Confidence = spec.Confidence,
        Probe = spec.Probe,
        Rung = 0,
        ElapsedSeconds = 0,
        Devices = spec.Probe.Devices,
        Trials = [.. trials.Where(t => t.Candidate.Continues is null)],
        Seed = spec.Seed,
        Evaluation = spec.Evaluation,
        Workload = spec.Workload.Name,
        History = history,
    };

    /// <summary>Predicted seconds of the first steps, their evaluations included.</summary>
    public static double Seconds(TrialEvidence trial, EvaluationPolicy evaluation, long steps)
    {
        var evaluations = 0;
        for (var step = 1L; step <= steps; step++)
        {
            if (evaluation.IsDue(step, trial.StepsPerEpoch, trial.HorizonSteps)) evaluations++;
        }
        return steps * trial.StepTime.MedianSeconds + evaluations * trial.StepTime.EvaluationSeconds;
    }
}
