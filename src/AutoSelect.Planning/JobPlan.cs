using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Planning.Trials;

namespace AutoSelect.Planning;

/// <summary>A job ready to be submitted.</summary>
/// <param name="Spec">The job.</param>
/// <param name="Inspection">What was found out of its workload.</param>
/// <param name="Warnings">What its user should know although nothing is wrong, in order of line.</param>
public sealed record JobPlan(JobSpec Spec, Inspection Inspection, ImmutableArray<JobFileError> Warnings)
{
    /// <summary>The plan's candidates as what joins a job that has begun.</summary>
    /// <param name="forecast">The plan's job with its forecasts.</param>
    public CandidateAddition Addition(JobSpec forecast) =>
        new() { Candidates = Spec.Candidates, StepTimes = forecast.StepTimes, Ranks = forecast.Ranks };

    /// <summary>The job with the step times that earlier jobs let expect, and with what is known of links where runs have several
    /// devices.</summary>
    public JobSpec SpecWithForecasts(IReadOnlyCollection<JobRecord> earlier)
    {
        var model = new StepTimeModel(StepTimeHistory.FromJobs(earlier, this));
        var ranks = RankForecasts.ForPlan(this, model);
        var trials = PlannedTrials.ForPlan(this, model, SharedSteps.FromForecast(ranks));
        return Spec with
        {
            StepTimes = trials.ToImmutableSortedDictionary(t => t.Candidate.Name, t => t.StepTime),
            Ranks = ranks,
        };
    }
}
