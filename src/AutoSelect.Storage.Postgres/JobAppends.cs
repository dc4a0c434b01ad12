using System.Threading.Channels;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// Stores appends, those of several jobs that wait together by one statement. Whatever goes wrong with several is found out for each: one
/// that is refused takes no other with it.
/// </summary>
internal sealed class JobAppends(PostgresSessions sessions) : IAsyncDisposable
{
    private const int MostInOne = 256;

    /// <summary>While one waits for the server's disk, another gathers.</summary>
    private const int Writers = 2;

    private readonly Channel<PendingAppend> waiting = Channel.CreateUnbounded<PendingAppend>();
    private readonly Lock gate = new();
    private Task? writing;

    /// <summary>Stores events of a job; false where it is not at the version that they stand on.</summary>
    public Task<bool> Store(PendingAppend append)
    {
        ObjectDisposedException.ThrowIf(!waiting.Writer.TryWrite(append), this);
        if (writing is null)
        {
            lock (gate) writing ??= Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(Write)));
        }
        return append.Done.Task;
    }

    /// <summary>Completes when all appends have.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        Task? running;
        lock (gate) running = writing;
        if (running is not null) await running;
    }

    private async Task Write()
    {
        var batch = new List<PendingAppend>();
        PendingAppend? left = null;
        while (left is not null || await waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            if (left is not null) batch.Add(left);
            left = null;
            // One of each job: the second stands on what the first stores.
            while (left is null && batch.Count < MostInOne && waiting.Reader.TryRead(out var next))
            {
                if (batch.TrueForAll(a => a.Job != next.Job)) batch.Add(next);
                else left = next;
            }
            if (batch.Count == 0 || (batch.Count > 1 && await TryStore(batch))) continue;
            foreach (var append in batch) await StoreAlone(append, isDoubtful: batch.Count > 1);
        }
    }

    /// <summary>Stores several; false where it must be found out of each what became of it.</summary>
    private async Task<bool> TryStore(List<PendingAppend> batch)
    {
        try
        {
            var stored = await sessions.WriteStatement(connection => Store(connection, batch));
            foreach (var append in batch) append.Done.SetResult(stored.Contains(append.Job.Value));
            return true;
        }
        catch (StoreUnavailableException e) when (e.Cause is not { } cause || !PostgresFaults.IsOfConnection(cause))
        {
            foreach (var append in batch) append.Done.SetException(e);
            return true;
        }
        catch
        {
            return false;
        }
    }

    /// <param name="append">Which.</param>
    /// <param name="isDoubtful">True where an attempt has been made at it whose answer was lost.</param>
    private async Task StoreAlone(PendingAppend append, bool isDoubtful)
    {
        try
        {
            append.Done.SetResult(await sessions.WriteOnce(
                async connection => (await Store(connection, [append])).Count > 0 || (isDoubtful && await IsStored(connection, append)),
                async connection => await IsStored(connection, append) ? true : null));
        }
        catch (Exception e)
        {
            append.Done.SetException(e);
        }
    }

    private static Task<bool> IsStored(NpgsqlConnection connection, PendingAppend append) =>
        StoredEvents.AreStored(connection, append.Job, append.Events);

    /// <summary>
    /// One statement, and so all or nothing: a job's version, and with it the right to append, is taken by whoever updates it first.
    /// </summary>
    /// <returns>Jobs whose events were stored.</returns>
    private static async Task<HashSet<string>> Store(NpgsqlConnection connection, IReadOnlyList<PendingAppend> appends)
    {
        var events = appends.SelectMany(a => a.Events.Select((e, i) => (a.Job, Event: e, Json: a.Changes[i]))).ToList();
        return [.. await connection.Rows(
            """
            with wanted as (
                select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
                    as w (job, version, count, phase, summary)),
            taken as (
                update jobs set version = jobs.version + w.count,
                    phase = coalesce(w.phase, jobs.phase), summary = coalesce(w.summary::json, jobs.summary)
                from wanted w where jobs.id = w.job and jobs.version = w.version and w.version > 0 returning jobs.id),
            stored as (
                insert into events (job, number, time, at, kind, trial, change)
                select e.job, e.number, e.time, e.at, e.kind, e.trial, e.change::json
                from unnest($6::text[], $7::bigint[], $8::bigint[], $9::float8[], $10::text[], $11::text[], $12::text[])
                    as e (job, number, time, at, kind, trial, change) join taken on taken.id = e.job)
            select id from taken
            """,
            row => row.GetString(0),
            appends.Select(a => a.Job.Value).ToArray(), appends.Select(a => a.ExpectedVersion).ToArray(),
            appends.Select(a => (long)a.Events.Count).ToArray(), appends.Select(a => a.Phase).ToArray(),
            appends.Select(a => a.Summary).ToArray(),
            events.Select(e => e.Job.Value).ToArray(), events.Select(e => e.Event.Number).ToArray(),
            events.Select(e => e.Event.Time.UtcTicks).ToArray(), events.Select(e => e.Event.At).ToArray(),
            events.Select(e => StoredJson.Kind(e.Event.Change)).ToArray(), events.Select(e => StoredJson.Trial(e.Event.Change)).ToArray(),
            events.Select(e => e.Json).ToArray())];
    }
}
