using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Decisions;

/// <summary>
/// What is believed of a trial's speed. The one thing that differs between a job that trains and one that is replayed: measured, or
/// recorded.
/// </summary>
public interface ITrialPace
{
    /// <summary>Belief about a step and an evaluation.</summary>
    StepTimeForecast StepTime(Trial trial);

    /// <summary>Steps of one pass over the data, at least 1; evaluations are counted by it.</summary>
    long StepsPerEpoch(Trial trial);

    /// <summary>How the trial would go on after a commit; null where as it does now.</summary>
    CommittedRun? Committed(Trial trial, StepTimeForecast step);
}

/// <summary>The pace of a job that trains: the performance model's predictions, updated by what the steps of its trials took.</summary>
internal sealed class MeasuredPace(JobRecord record) : ITrialPace
{
    private readonly JobSpec spec = record.Spec;
    private readonly IReadOnlyDictionary<TrialId, StepTimeForecast> posterior = StepTimes.Posterior(record);

    public StepTimeForecast StepTime(Trial trial) => posterior[trial.Id];

    public long StepsPerEpoch(Trial trial) => LearningRateSchedule.StepsPerEpoch(spec.TrainingExamples, trial.Candidate.BatchSize);

    public CommittedRun? Committed(Trial trial, StepTimeForecast step) => CommittedRuns.Foreseen(trial, step, spec);
}
