using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Planning;
using AutoSelect.Planning.Previews;
using AutoSelect.Storage;

namespace AutoSelect.Api.Tests;

/// <summary>Stores what is submitted, notes what is asked, and trains nothing.</summary>
internal sealed class NotedControl(IJobStore jobs, string folder, TimeProvider time) : IControlSide
{
    public List<(JobId Job, JobRequest Request)> Requests { get; } = [];
    public List<JobId> Removed { get; } = [];

    /// <summary>What a request is refused with; null to take it.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Awaited before a request is taken.</summary>
    public Func<Task> BeforeRequest { get; set; } = () => Task.CompletedTask;

    /// <summary>Where checkpoints of new jobs go; null for their folders.</summary>
    public string? Checkpoints { get; set; }

    /// <summary>Awaited before a plan is completed or looked at.</summary>
    public Func<Task> BeforePlan { get; set; } = () => Task.CompletedTask;

    /// <summary>What is borrowed for a job; null for nothing of anybody.</summary>
    public Func<CancellationToken, Task<BorrowingPreview>>? Lends { get; set; }

    public Task<JobSpec> Complete(JobPlan plan) => Forecast(plan);

    public async Task<JobSpec> Forecast(JobPlan plan)
    {
        await BeforePlan();
        return plan.Spec;
    }

    public async Task<JobPreview> Preview(JobPlan plan)
    {
        await BeforePlan();
        return JobPreview.FromPlan(plan, []);
    }

    public bool CanBorrow(JobPreview preview) => Lends is not null;

    public Task<BorrowingPreview> Foresee(JobPreview preview, CancellationToken ct) => Lends!(ct);

    public Task<JobId> Submit(JobSpec spec, string? submission)
    {
        var now = time.GetUtcNow();
        return jobs.Create(spec, now, id =>
        {
            var place = Checkpoints is null ? null : CheckpointUri.Below(Checkpoints, id.Value);
            var first = new JobEvent(1, now, 0, new JobSubmitted(id, spec, Path.Combine(folder, id.Value), place));
            return (first, JobSummaries.FromRecord(JobFold.Apply(null, first), now));
        }, submission);
    }

    public async Task Request(JobId job, JobRequest request)
    {
        await BeforeRequest();
        if (Refusal is not null) throw Refusal;
        lock (Requests) Requests.Add((job, request));
    }

    public async Task Remove(JobId job)
    {
        var known = await jobs.Find(job) ?? throw new KeyNotFoundException($"No job '{job}' is stored.");
        if (!known.Phase.HasEnded()) throw new InvalidOperationException($"Job '{job}' is in phase {known.Phase}.");
        await jobs.Delete(job);
        lock (Removed) Removed.Add(job);
    }
}
