using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Host.Api;

/// <summary>What the API is given to work with.</summary>
/// <param name="Store">Where jobs are read from.</param>
/// <param name="Request">Stores a request of a job.</param>
/// <param name="Remove">Removes a job with its folder.</param>
internal sealed record ApiJobs(IJobStore Store, Func<JobId, JobRequest, Task> Request, Func<JobId, Task> Remove);
