using System.Collections.Immutable;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using AutoSelect.Storage.Postgres;

namespace AutoSelect.Chaos.Silos;

/// <summary>
/// A simulated silo whose jobs others have gone on with, and who does not know: it keeps records of jobs, and once the stored jobs are
/// further it writes what it makes of its own, as a real one may do after it hung. What it writes must be refused. Real silos find out by
/// other means nearly always before they write, so that faults drawn at random hardly ever bring this about.
/// </summary>
/// <param name="database">Connection string.</param>
/// <param name="folder">Where its history is kept.</param>
internal sealed class SupersededSilo(string database, string folder) : IDisposable
{
    private const string Reason = "by a superseded silo (simulated)";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly HistoryFile history = new(folder, "superseded-silo");
    private readonly Dictionary<JobId, JobRecord> kept = [];

    public void Dispose() => history.Dispose();

    /// <summary>Looks and writes until it is told to end.</summary>
    public async Task Run(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var store = await PostgresStore.Open(database, ct: ct);
                while (true)
                {
                    await Look(store.Jobs);
                    await Task.Delay(LookEvery, ct);
                }
            }
            catch (StoreUnavailableException)
            {
                // The database is down, as it is to be at times.
                await Task.WhenAny(Task.Delay(LookEvery, ct));
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // The run is over.
            }
        }
    }

    private async Task Look(IJobStore jobs)
    {
        var running = await jobs.List(new JobQuery { Phases = [JobPhase.Probing, JobPhase.Committed], NewestFirst = true });
        foreach (var job in running.Jobs)
        {
            var later = await jobs.Changes(job.Id, kept.GetValueOrDefault(job.Id)?.Version ?? 0);
            if (!kept.Remove(job.Id, out var before)) Keep(job.Id, later);
            else if (later.Count == 0) kept[job.Id] = before;
            else if (Lost(before) is { } change) await Write(jobs, before, change);
        }
    }

    private void Keep(JobId job, IReadOnlyList<JobEvent> events)
    {
        try
        {
            kept[job] = JobFold.FromEvents(events)!;
        }
        catch (InvalidDataException)
        {
            // A build that takes what it writes has jobs of which no record can be made: the rules find them.
        }
    }

    /// <summary>What is always at hand for a silo that hears of a job's devices no more.</summary>
    private static SegmentEnded? Lost(JobRecord record) => record.Trials.FirstOrDefault(t => t.OpenSegment() is not null) is not { } trial
        ? null : new SegmentEnded(trial.Id, SegmentEnd.Interrupted, Reason, new SegmentProgress(trial.OpenSegment()!.ToStep),
            trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused, Reason, trial.Restarts, []);

    private async Task Write(IJobStore jobs, JobRecord before, SegmentEnded change)
    {
        var asked = history.Add(history.New(EntryKind.Asked, Whats.Write) with
        {
            Job = before.Id,
            Trial = change.Trial,
            Number = before.Version,
        });
        try
        {
            var (events, after) = JobFold.Next(before, [change], TimeProvider.System.GetUtcNow());
            await jobs.Append(before.Id, before.Version, events, JobSummaries.FromRecord(after, events[^1].Time));
            history.Answer(asked, EntryKind.Done);
        }
        catch (VersionConflictException e)
        {
            history.Answer(asked, EntryKind.Refused, a => a with { Reason = e.Message });
        }
        catch (StoreUnavailableException e)
        {
            history.Answer(asked, EntryKind.Unknown, a => a with { Reason = e.Message });
        }
    }
}
