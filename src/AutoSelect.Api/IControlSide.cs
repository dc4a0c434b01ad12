using AutoSelect.Contracts;
using AutoSelect.Planning;
using AutoSelect.Planning.Previews;

namespace AutoSelect.Api;

/// <summary>What the API asks of the control side beside what it reads from the store.</summary>
public interface IControlSide
{
    /// <summary>A plan's job with all that it learns from the jobs of the store, which is kept for it.</summary>
    /// <exception cref="IOException">The store cannot be read or written.</exception>
    Task<JobSpec> Complete(JobPlan plan);

    /// <summary>A plan's job with the step times that the jobs of the store let expect; nothing is kept.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    Task<JobSpec> Forecast(JobPlan plan);

    /// <summary>What a plan's job would do, but for what would be borrowed for it; nothing is kept.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    Task<JobPreview> Preview(JobPlan plan);

    /// <summary>True where devices might be borrowed for such a job.</summary>
    bool CanBorrow(JobPreview preview);

    /// <summary>What would be borrowed for it now: schedulers are asked, which may take minutes.</summary>
    /// <param name="preview">One that devices might be borrowed for.</param>
    /// <param name="ct">Gives up.</param>
    Task<BorrowingPreview> Foresee(JobPreview preview, CancellationToken ct);

    /// <summary>Stores and starts a job.</summary>
    /// <param name="spec">What to do.</param>
    /// <param name="submission">The submitter's own name for the call; repeated, it gets the same job. Null for none.</param>
    /// <exception cref="ArgumentException">The job cannot be run as it is; the message gives the value and the rule.</exception>
    /// <exception cref="IOException">Nothing was stored.</exception>
    Task<JobId> Submit(JobSpec spec, string? submission);

    /// <summary>Stores a request.</summary>
    /// <exception cref="KeyNotFoundException">No such job, or no such trial in it.</exception>
    /// <exception cref="InvalidOperationException">It cannot be done (any more); the message says why.</exception>
    /// <exception cref="IOException">Nothing was stored.</exception>
    Task Request(JobId job, JobRequest request);

    /// <summary>Removes a job that has ended or is paused, with its folder.</summary>
    /// <exception cref="KeyNotFoundException">No such job is stored.</exception>
    /// <exception cref="InvalidOperationException">It has neither ended nor is it paused.</exception>
    Task Remove(JobId job);
}
