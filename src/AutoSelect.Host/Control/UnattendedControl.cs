using System.Collections.Immutable;
using AutoSelect.Api.Jobs;
using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Host.Commands;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Planning.Winners;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Control;

/// <summary>A store that no process has open: its jobs are changed under its lock, as their control side would.</summary>
/// <param name="paths">Of the store.</param>
/// <param name="planner">Checks candidates that are added.</param>
/// <param name="time">Clock of what is asked.</param>
internal sealed class UnattendedControl(ControlPaths paths, JobPlanner planner, TimeProvider time) : IControl
{
    private static readonly IProgress<DataProgress> Silent = new Progress<DataProgress>();

    public async Task Request(JobRecord job, JobRequest request)
    {
        if (request.Kind is not (JobRequestKind.Cancel or JobRequestKind.Extend or JobRequestKind.AddCandidates))
            throw new CommandFault(ExitCodes.BadInput, $"Job '{job.Id}' does not run: {Why(job)}");
        var after = await Change(job.Id, (_, _) => request);
        if (after.HasEnded) JobFolder.WriteDocuments(after, paths.Root);
    }

    public async Task Extend(JobRecord job, JobExtension extension)
    {
        if (extension.Target is { } target && await planner.BrokenTarget(job.Spec, target, CancellationToken.None) is { } broken)
            throw new CommandFault(ExitCodes.BadInput, broken);
        await Change(job.Id, (stored, now) => JobRequest.Extend(
            extension.Target, extension.Deadline is { } text ? DeadlineText.Seconds(text, stored, now) : null, extension.Reason));
    }

    public async Task<AddedCandidates> Add(JobRecord job, JobText candidates)
    {
        var planning = await Planned(job, candidates);
        if (planning.Plan is not { } plan)
            throw new CommandFault(ExitCodes.BadInput, string.Join(Environment.NewLine, planning.Errors));
        var forecast = plan.SpecWithForecasts(await new JobArchive().Earlier(paths.Root));
        await Change(job.Id, (_, _) => JobRequest.Add(plan.Addition(forecast)));
        return new AddedCandidates(
            [.. plan.Spec.Candidates.Select(c => c.Name)],
            [.. plan.Warnings.Select(w => new JobNote(w.Line, w.Path, w.Message, w.Value, w.Rule))]);
    }

    public Task Delete(JobRecord job) => InStore(async jobs =>
    {
        var removal = new JobRemoval(jobs, paths, NullLogger.Instance);
        await removal.Remove(job.Id);
        await removal.Finish(CancellationToken.None);
        return true;
    });

    public async Task<ImmutableArray<PoolDevice>> Devices() =>
        [.. (await planner.ReadCatalogue(CancellationToken.None)).Devices.Select(d => new PoolDevice(d, null))];

    public Task<BorrowingStatus> Borrowed() => Task.FromResult(BorrowingStatus.Nothing);

    public Task<ImmutableArray<QueuedDemand>> Queue() => Task.FromResult<ImmutableArray<QueuedDemand>>([]);

    public async Task<string> Winner(JobRecord job, bool asCode)
    {
        var catalogue = await planner.ReadCatalogue(job.Spec, CancellationToken.None);
        try
        {
            return asCode ? WinnerCode.Write(job, catalogue) : WinnerJobFile.Write(job, catalogue);
        }
        catch (InvalidOperationException e)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }

    public async Task<AuditPage> Audit(long after, int size)
    {
        using var audit = new AuditFile(paths.Audit);
        return await audit.Read(project: null, after, size);
    }

    public IAsyncEnumerable<string> Logs(JobRecord job, bool follows, CancellationToken ct) =>
        new JobLogLines(paths.Logs, job.Id).Next().ToAsyncEnumerable();

    public void Dispose() { }

    /// <summary>Why nobody trains for a job.</summary>
    public static string Why(JobRecord record) => record.Outcome is { } outcome ? $"it has ended: {outcome.Summary}"
        : $"no process has its store open; autoselect resume {record.Id} goes on with it.";

    private async Task<JobPlanning> Planned(JobRecord job, JobText candidates)
    {
        try
        {
            return await planner.PlanAddition(candidates, job.Spec, Silent, CancellationToken.None);
        }
        catch (WorkloadRefusedException e)
        {
            throw new CommandFault(ExitCodes.BadInput, $"The workload of job '{job.Id}' is refused now: {e.Message}");
        }
    }

    private Task<JobRecord> Change(JobId id, Func<JobRecord, DateTimeOffset, JobRequest> request) => InStore(async jobs =>
    {
        var before = JobFold.FromEvents(await jobs.Changes(id, 0))
            ?? throw new KeyNotFoundException($"No job '{id}' is stored in {paths.Root}.");
        var now = time.GetUtcNow();
        var changes = Requests.Changes(before, request(before, now), before.ClockAt(now));
        if (changes.IsEmpty) return before;
        var (events, after) = JobFold.Next(before, changes, now);
        await jobs.Append(id, before.Version, events, JobSummaries.FromRecord(after, now));
        if (after.HasEnded)
        {
            using var stores = new CheckpointStores();
            await new CheckpointFiles(stores, NullLogger<CheckpointFiles>.Instance).Sweep(after);
        }
        return after;
    });

    private async Task<T> InStore<T>(Func<IJobStore, Task<T>> work)
    {
        using var locked = new StoreLock(paths);
        try
        {
            await using var store = SqliteStore.Open(paths.Database, time);
            return await work(store.Jobs);
        }
        catch (StoreUnavailableException e)
        {
            throw new EnvironmentFaultException(e.Message, e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }
}
