using AutoSelect.Api;
using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Planning;
using AutoSelect.Planning.Previews;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Api;

/// <summary>The control side of a store with folders on this machine.</summary>
/// <param name="paths">Where jobs and recordings are.</param>
/// <param name="jobs">Where jobs are kept.</param>
/// <param name="records">Records of jobs that were read of late.</param>
/// <param name="submit">Stores and starts a job under the submitter's own name for the call.</param>
/// <param name="request">Stores a request of a job.</param>
/// <param name="foresee">Tells what would be borrowed for a job; null where nothing is borrowed.</param>
internal sealed class StoreControl(
    ControlPaths paths, IJobStore jobs, RecentRecords records, Func<JobSpec, string?, Task<JobId>> submit,
    Func<JobId, JobRequest, Task> request, Func<JobPreview, CancellationToken, Task<BorrowingPreview>>? foresee = null) : IControlSide
{
    public async Task<JobSpec> Complete(JobPlan plan)
    {
        var earlier = await Earlier(plan);
        var history = Available(() => new LearningSources(paths, withPrior: true).Keep(earlier));
        return plan.SpecWithForecasts(earlier) with { History = history };
    }

    public async Task<JobSpec> Forecast(JobPlan plan) => plan.SpecWithForecasts(await Earlier(plan));

    public async Task<JobPreview> Preview(JobPlan plan)
    {
        var earlier = await Earlier(plan);
        return JobPreview.FromPlan(plan, earlier, new LearningSources(paths, withPrior: true).Read(earlier));
    }

    public bool CanBorrow(JobPreview preview) => foresee is not null && !preview.Spec.Workload.IsElsewhere;

    public Task<BorrowingPreview> Foresee(JobPreview preview, CancellationToken ct) => foresee!(preview, ct);

    public Task<JobId> Submit(JobSpec spec, string? submission) => Available(() => submit(spec, submission));

    public async Task Request(JobId job, JobRequest asked) => await Available(async () =>
    {
        await request(job, asked);
        return true;
    });

    public Task Remove(JobId job) => new JobRemoval(jobs, paths, NullLogger.Instance).Remove(job);

    private Task<IReadOnlyList<JobRecord>> Earlier(JobPlan plan) => EarlierJobs.Read(jobs, plan.Spec.Project, records);

    /// <summary>What the machine lacks is told as what it is to others: something that cannot be had now.</summary>
    private static T Available<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (EnvironmentFaultException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static async Task<T> Available<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (EnvironmentFaultException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
