using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Planning.Trials;

/// <summary>The trials of a job before any of them has run, with predicted step times.</summary>
internal static class PlannedTrials
{
    /// <param name="plan">The job.</param>
    /// <param name="model">Of step times on one device.</param>
    /// <param name="shared">Of steps on several; null forecasts them without their exchange.</param>
    public static ImmutableArray<TrialEvidence> ForPlan(JobPlan plan, StepTimeModel model, SharedSteps? shared)
    {
        return [.. plan.Spec.Candidates.Select((candidate, i) =>
        {
            var computing = model.Predict(Question(plan, candidate, candidate.Ranks));
            var step = candidate.Ranks > 1 && shared is not null ? shared.Exchanging(candidate, computing, candidate.Ranks).Forecast.Step
                : computing;
            return new TrialEvidence
            {
                Trial = TrialId.At(i),
                Candidate = candidate,
                State = TrialState.Waiting,
                Curve = [],
                HorizonSteps = candidate.Schedule.HorizonSteps(plan.Spec.TrainingExamples, candidate.BatchSize),
                StepsPerEpoch = LearningRateSchedule.StepsPerEpoch(plan.Spec.TrainingExamples, candidate.BatchSize),
                StepTime = step,
                Committed = Committed(plan.Spec, candidate, step, shared),
                ChargedSeconds = 0,
                Step = 0,
            };
        })];
    }

    /// <summary>The step of one device on its share of a candidate's batch.</summary>
    public static StepTimeQuestion Question(JobPlan plan, Candidate candidate, int ranks) =>
        StepTimeQuestion.ForCandidate(
            // A program counts in steps.
            candidate with { BatchSize = Math.Max(1, candidate.BatchSize / ranks) },
            Strategy(plan, candidate), plan.Inspection.Workload!, Kind(plan),
            plan.Inspection.Catalogue.Devices.Select(d => d.Bf16).FirstOrDefault());

    public static DeviceKind Kind(JobPlan plan) => plan.Spec.Workload.IsElsewhere ? DeviceKind.Elsewhere
        : plan.Inspection.Catalogue.Devices.Select(d => d.Kind).FirstOrDefault();

    public static StrategyDescription Strategy(JobPlan plan, Candidate candidate) =>
        plan.Inspection.Catalogue.Strategies.First(s => s.Name == candidate.Strategy);

    private static CommittedRun? Committed(JobSpec spec, Candidate candidate, StepTimeForecast step, SharedSteps? shared)
    {
        var to = RankRules.CommitRanks(candidate, spec.Commit.Devices);
        return to == candidate.Ranks || PolicyCatalogue.Get(spec.Policy).RunsTrialsToTheirHorizons
            || shared?.Carried(candidate, step, candidate.Ranks, to) is not { } there
            ? null : new CommittedRun(to, candidate.Ranks, there.Forecast.Step);
    }

    /// <summary>What a policy is asked before anything has run; candidates that continue others are not there yet.</summary>
    public static SelectionInput Opening(JobSpec spec, ImmutableArray<TrialEvidence> trials, SelectionHistory history) => new()
    {
        Objective = spec.Objective,
        Confidence = spec.Confidence,
        Probe = spec.Probe,
        Rung = 0,
        ElapsedSeconds = 0,
        Devices = Math.Max(spec.Probe.Devices, PolicyCatalogue.InsuresBaseline(spec.Policy) ? spec.Commit.Devices : 1),
        Trials = [.. trials.Where(t => t.Candidate.Continues is null)],
        Seed = spec.Seed,
        Evaluation = spec.Evaluation,
        Workload = spec.Workload.Label,
        History = history,
        Baseline = trials.FirstOrDefault(t => t.Candidate.Name == spec.Baseline)?.Trial,
        CommitDevices = spec.Commit.Devices,
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
