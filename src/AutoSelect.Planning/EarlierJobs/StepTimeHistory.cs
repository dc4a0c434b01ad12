using AutoSelect.Contracts;
using AutoSelect.Performance;

namespace AutoSelect.Planning.EarlierJobs;

/// <summary>What earlier jobs of a store teach about step times.</summary>
internal static class StepTimeHistory
{
    /// <summary>
    /// Measurements of jobs on the same workload with the same options; others have another model, whose size is not recorded. Of trials on
    /// one device: what several took holds the exchange between them too.
    /// </summary>
    public static IEnumerable<StepTimeMeasurement> FromJobs(IEnumerable<JobRecord> jobs, JobPlan plan) =>
        from job in jobs
        where job.Spec.Workload.Name == plan.Spec.Workload.Name && job.Spec.Workload.Options.SequenceEqual(plan.Spec.Workload.Options)
            && Equals(job.Spec.Workload.Program, plan.Spec.Workload.Program)
        from trial in job.Trials
        where trial.StepTime is not null && !trial.Segments.IsEmpty && trial.Segments.All(s => s.Devices == 1)
        let strategy = plan.Inspection.Catalogue.Strategies.FirstOrDefault(s => s.Name == trial.Candidate.Strategy)
        let device = job.Devices.FirstOrDefault(d => d.Id == trial.Segments[^1].Device)
        where strategy is not null && device is not null
        let evaluation = trial.Curve.IsEmpty ? (double?)null : trial.Curve[^1].EvaluationSeconds / trial.Curve.Length
        select new StepTimeMeasurement(
            StepTimeQuestion.ForCandidate(trial.Candidate, strategy, plan.Inspection.Workload!, device.Kind, device.Bf16),
            trial.StepTime!.MeanSeconds, evaluation);
}
