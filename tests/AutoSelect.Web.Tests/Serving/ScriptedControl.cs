using AutoSelect.Api;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Planning;
using AutoSelect.Planning.Previews;
using AutoSelect.Storage;

namespace AutoSelect.Web.Tests;

/// <summary>A control side that trains nothing: it stores what is asked for, and a pause happens at once.</summary>
internal sealed class ScriptedControl(IJobStore jobs, TimeProvider time) : IControlSide, IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public void Dispose() => turn.Dispose();

    public Task<JobSpec> Complete(JobPlan plan) => Task.FromResult(plan.Spec);

    public Task<JobSpec> Forecast(JobPlan plan) => Task.FromResult(plan.Spec);

    public Task<JobPreview> Preview(JobPlan plan) => throw new NotSupportedException("No page asks for one.");

    public bool CanBorrow(JobPreview preview) => false;

    public Task<BorrowingPreview> Foresee(JobPreview preview, CancellationToken ct) =>
        throw new NotSupportedException("Nothing is borrowed.");

    public Task<JobId> Submit(JobSpec spec, string? submission) => throw new NotSupportedException("No page submits.");

    public Task Request(JobId job, JobRequest request) => request.Kind == JobRequestKind.Pause
        ? Tell(job, new JobRequested(request), new JobPaused()) : Tell(job, new JobRequested(request));

    public Task Remove(JobId job) => jobs.Delete(job);

    /// <summary>Has something happen to a job.</summary>
    public async Task Tell(JobId job, params JobChange[] changes)
    {
        await turn.WaitAsync();
        try
        {
            var before = JobFold.FromEvents(await jobs.Changes(job, 0))!;
            var (events, after) = JobFold.Next(before, changes, time.GetUtcNow());
            await jobs.Append(job, before.Version, events, JobSummaries.FromRecord(after, time.GetUtcNow()));
        }
        finally
        {
            turn.Release();
        }
    }
}
