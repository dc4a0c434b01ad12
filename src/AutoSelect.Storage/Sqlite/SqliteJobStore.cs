using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Events and summaries of jobs in a <see cref="SqliteStore"/>.</summary>
internal sealed class SqliteJobStore(SqliteWriter writer, SqliteReaders readers, JobSignals signals, TimeProvider time) : IJobStore
{
    public Task<JobId> Create(
        JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission = null) =>
        writer.Run(session => Create(session, spec.Name, time, first, submission));

    public Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary)
    {
        StoreRules.CheckAppend(job, expectedVersion, events, summary);
        var changes = events.Select(e => StoredJson.Write(e.Change)).ToArray();
        return writer.Run(session =>
        {
            // No job is without events, so version 0 is that of one which is not stored.
            var version = StoredEvents.Version(session, job);
            if (version == 0 || version != expectedVersion) throw new VersionConflictException(job, expectedVersion);
            for (var i = 0; i < events.Count; i++) StoredEvents.Insert(session, job, events[i], changes[i]);
            if (summary is not null) StoredSummaries.Update(session, summary);
            return true;
        }, () => signals.Raise(job));
    }

    public async Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue) =>
        await readers.Run(session => StoredEvents.Read(session, job, since, most));

    public Task WaitForChanges(JobId job, long since, CancellationToken ct) =>
        signals.Wait(job, since, () => readers.Run(session => StoredEvents.Version(session, job), ct), time, ct);

    public Task<JobSummary?> Find(JobId job) => readers.Run(session => StoredSummaries.Find(session, job));

    public Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs) =>
        readers.Run(session => StoredSummaries.FindAll(session, jobs));

    public async Task<IReadOnlyList<JobId>> Running() => await readers.Run(StoredSummaries.Running);

    public Task<JobPage> List(JobQuery query)
    {
        var after = StoreRules.CheckQuery(query);
        return readers.Run(session => StoredSummaries.List(session, query, after));
    }

    public async Task<IReadOnlyDictionary<JobId, long>> Sizes() => await readers.Run(session => session.Rows(
        "SELECT job, sum(length(change)) FROM events GROUP BY job",
        row => (Job: new JobId(row.GetString(0)), Bytes: row.GetInt64(1))).ToDictionary(row => row.Job, row => row.Bytes));

    public Task<bool> Delete(JobId job) => writer.Run(session =>
    {
        session.Execute("DELETE FROM events WHERE job = $0", job.Value);
        return session.Execute("DELETE FROM jobs WHERE id = $0", job.Value) > 0;
    }, () => signals.Raise(job));

    private static JobId Create(
        SqliteSession session, string name, DateTimeOffset time,
        Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission)
    {
        // Also of a job that was deleted since: the call has been answered once.
        if (submission is not null && session.Text("SELECT job FROM submissions WHERE submission = $0", submission) is { } known)
            return new JobId(known);
        var id = NextId(session, JobNames.ToIdText(name));
        var (e, summary) = first(id);
        StoreRules.CheckFirst(id, e, summary);
        StoredSummaries.Insert(session, summary);
        StoredEvents.Insert(session, id, e, StoredJson.Write(e.Change));
        if (submission is not null)
            session.Execute("INSERT INTO submissions (submission, job, time) VALUES ($0, $1, $2)", submission, id.Value, time.UtcTicks);
        return id;
    }

    private static JobId NextId(SqliteSession session, string name)
    {
        while (true)
        {
            var number = session.Number(
                "INSERT INTO names (name, used) VALUES ($0, 1) ON CONFLICT (name) DO UPDATE SET used = used + 1 RETURNING used", name);
            var id = $"{name}-{number}";
            if (session.Number("SELECT count(*) FROM jobs WHERE id = $0", id) == 0) return new JobId(id);
        }
    }
}
