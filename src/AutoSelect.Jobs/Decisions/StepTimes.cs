using AutoSelect.Contracts;
using AutoSelect.Performance;

namespace AutoSelect.Jobs.Decisions;

/// <summary>
/// The step-time beliefs of a job's trials: the predictions it was submitted with, updated by what steps and evaluations of all its trials
/// took. Pure.
/// </summary>
internal static class StepTimes
{
    /// <summary>Stands in for a prediction where a job was submitted without: 20 ms, give or take a factor of about three.</summary>
    private static readonly StepTimeForecast Unknown = new(0.02, 1.0, 0.3);

    public static IReadOnlyDictionary<TrialId, StepTimeForecast> Posterior(JobRecord record)
    {
        var classes = new DeviceClasses(record);
        return JobStepTimes.Posterior([.. record.Trials.Select(trial => new StepTimeEvidence(
            trial.Candidate.Strategy, Prior(trial, record.Spec), classes.Measured(trial), classes.EvaluationSeconds(trial),
            classes.OfTrial(trial)))]).Zip(record.Trials).ToDictionary(t => t.Second.Id, t => t.First);
    }

    /// <summary>What was predicted for the candidate's own ranks says what to expect on those that it was measured on.</summary>
    private static StepTimeForecast Prior(Trial trial, JobSpec spec)
    {
        var (prior, ranks) = (spec.StepTimes.GetValueOrDefault(trial.Candidate.Name, Unknown), CommittedRuns.TriedOn(trial));
        return ranks == trial.Candidate.Ranks ? prior
            : CommittedRuns.Carried(trial.Candidate, prior, trial.Candidate.Ranks, ranks, spec) ?? prior;
    }
}
