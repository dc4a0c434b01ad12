using AutoSelect.Contracts;

namespace AutoSelect.Planning.JobFiles;

/// <summary>What could be read of a job file.</summary>
/// <param name="Draft">What it says where it breaks no rule; null where the file as a whole is no section.</param>
/// <param name="Found">All its errors so far.</param>
internal sealed record JobFileReading(JobFile? Draft, JobFileErrors Found)
{
    public IReadOnlyList<JobFileError> Errors => Found.All;

    /// <summary>The file when it breaks no rule.</summary>
    public JobFile? File => Found.Any ? null : Draft;

    /// <summary>The workload when it breaks no rule, whatever the rest of the file does.</summary>
    public WorkloadReference? Workload => Draft?.Workload;
}
