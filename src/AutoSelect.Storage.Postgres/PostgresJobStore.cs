using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>Events and summaries of jobs in a <see cref="PostgresStore"/>.</summary>
internal sealed class PostgresJobStore(
    PostgresSessions sessions, JobAppends appends, JobSignals signals, JobNotices notices, TimeProvider time) : IJobStore
{
    private static readonly string[] RunningPhases = [.. JobPhases.Running.Select(p => p.ToString())];

    /// <summary>All events are looked at, which are more than any other command looks at.</summary>
    private static readonly TimeSpan LongestSizes = TimeSpan.FromMinutes(10);

    public async Task<JobId> Create(
        JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission = null)
    {
        (JobId Id, JobEvent Event)? made = null;
        return await sessions.WriteOnce(
            connection => PostgresSessions.InTransaction(connection, async c =>
            {
                if (submission is not null && await Known(c, submission, time) is { } known) return known;
                var id = await NextId(c, JobNames.ToIdText(spec.Name));
                var (e, summary) = first(id);
                StoreRules.CheckFirst(id, e, summary);
                made = (id, e);
                await Insert(c, summary, e);
                if (submission is not null) await c.Execute("update submissions set job = $2 where submission = $1", submission, id.Value);
                return id;
            }),
            async connection => made is { } job && await StoredEvents.AreStored(connection, job.Id, [job.Event]) ? job.Id : null);
    }

    public async Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary)
    {
        StoreRules.CheckAppend(job, expectedVersion, events, summary);
        var isStored = await appends.Store(new PendingAppend(job, expectedVersion, events, summary));
        if (!isStored) throw new VersionConflictException(job, expectedVersion);
        Tell(job);
    }

    public async Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue) => await sessions.Read(
        connection => connection.Rows(
            "select number, time, at, change from events where job = $1 and number > $2 order by number limit $3",
            row => new JobEvent(
                row.GetInt64(0), row.Time(1), row.GetDouble(2), StoredJson.ReadChange(job, row.GetInt64(0), row.GetString(3))),
            job.Value, since, most));

    public Task WaitForChanges(JobId job, long since, CancellationToken ct)
    {
        notices.Listen();
        return signals.Wait(job, since, () => sessions.Read(c => c.Scalar<long>("select version from jobs where id = $1", job.Value), ct),
            time, ct);
    }

    public Task<JobSummary?> Find(JobId job) => sessions.Read(async connection =>
        await connection.Scalar<string>("select summary from jobs where id = $1", job.Value) is { } json
            ? StoredJson.Read<JobSummary>(json) : null);

    public async Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs) =>
        (await sessions.Read(connection => connection.Rows(
            "select summary from jobs where id = any($1)", row => StoredJson.Read<JobSummary>(row.GetString(0)),
            (object)jobs.Select(j => j.Value).ToArray()))).ToDictionary(s => s.Id);

    public async Task<IReadOnlyList<JobId>> Running() => await sessions.Read(connection => connection.Rows(
        "select id from jobs where phase = any($1)", row => new JobId(row.GetString(0)), (object)RunningPhases));

    public Task<JobPage> List(JobQuery query)
    {
        var after = StoreRules.CheckQuery(query);
        return sessions.Read(connection => JobPages.Read(connection, query, after));
    }

    public async Task<IReadOnlyDictionary<JobId, long>> Sizes() => (await sessions.Read(connection => connection.LongRows(
        LongestSizes, "select job, sum(pg_column_size(change))::bigint from events group by job",
        row => (Job: new JobId(row.GetString(0)), Bytes: row.GetInt64(1))))).ToDictionary(row => row.Job, row => row.Bytes);

    public async Task<bool> Delete(JobId job)
    {
        var isDeleted = await sessions.Write(async connection =>
        {
            // First the job: who appends to it meanwhile has locked it, or finds it gone.
            var rows = await connection.Execute("delete from jobs where id = $1", job.Value);
            await connection.Execute("delete from events where job = $1", job.Value);
            return rows > 0;
        });
        Tell(job);
        return isDeleted;
    }

    private static async Task Insert(NpgsqlConnection connection, JobSummary summary, JobEvent first)
    {
        await connection.Execute(
            "insert into jobs (id, name, workload, phase, submitted, version, summary) values ($1, $2, $3, $4, $5, 1, $6::text::json)",
            summary.Id.Value, summary.Name, summary.Workload, summary.Phase.ToString(), summary.SubmittedAt.UtcTicks,
            StoredJson.Write(summary));
        await connection.Execute(
            "insert into events (job, number, time, at, kind, trial, change) values ($1, $2, $3, $4, $5, $6, $7::text::json)",
            summary.Id.Value, first.Number, first.Time.UtcTicks, first.At, StoredJson.Kind(first.Change), StoredJson.Trial(first.Change),
            StoredJson.Write(first.Change));
    }

    /// <summary>The job of a call that has been answered, also of one deleted since; else the call is taken.</summary>
    private static async Task<JobId?> Known(NpgsqlConnection connection, string submission, DateTimeOffset time)
    {
        // Waits for another that takes the same call at the same time.
        var isNew = await connection.Execute(
            "insert into submissions (submission, job, time) values ($1, '', $2) on conflict do nothing", submission, time.UtcTicks) > 0;
        if (isNew) return null;
        return new JobId((await connection.Scalar<string>("select job from submissions where submission = $1", submission))!);
    }

    private static async Task<JobId> NextId(NpgsqlConnection connection, string name)
    {
        while (true)
        {
            var number = await connection.Scalar<long>(
                "insert into names (name, used) values ($1, 1) on conflict (name) do update set used = names.used + 1 returning used",
                name);
            var id = $"{name}-{number}";
            if (!await connection.Scalar<bool>("select exists (select 1 from jobs where id = $1)", id)) return new JobId(id);
        }
    }

    private void Tell(JobId job)
    {
        signals.Raise(job);
        notices.Post(job);
    }
}
