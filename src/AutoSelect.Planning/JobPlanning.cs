using System.Collections.Immutable;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Planning;

/// <summary>A plan, or all that is wrong with the job.</summary>
public sealed class JobPlanning
{
    private JobPlanning(JobPlan? plan, ImmutableArray<JobFileError> errors) => (Plan, Errors) = (plan, errors);

    /// <summary>Null when there are errors.</summary>
    public JobPlan? Plan { get; }

    /// <summary>In order of line; empty when there is a plan.</summary>
    public ImmutableArray<JobFileError> Errors { get; }

    internal static JobPlanning Planned(JobPlan plan) => new(plan, []);

    /// <exception cref="ArgumentException">No error is given.</exception>
    internal static JobPlanning Refused(IEnumerable<JobFileError> errors)
    {
        ImmutableArray<JobFileError> all = [.. errors];
        return all.IsEmpty ? throw new ArgumentException("0 errors: a job is refused for at least 1.", nameof(errors)) : new(null, all);
    }
}
