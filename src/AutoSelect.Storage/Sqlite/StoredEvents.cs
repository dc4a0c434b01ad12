using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Events as rows: the change as JSON, beside it what rows are looked for by.</summary>
internal static class StoredEvents
{
    /// <param name="session">In a transaction.</param>
    /// <param name="job">Whose.</param>
    /// <param name="e">The event.</param>
    /// <param name="json">Its change, made by <see cref="StoredJson"/> on another thread than the writer's.</param>
    public static void Insert(SqliteSession session, JobId job, JobEvent e, string json) => session.Execute(
        "INSERT INTO events (job, number, time, at, kind, trial, change) VALUES ($0, $1, $2, $3, $4, $5, $6)",
        job.Value, e.Number, e.Time.UtcTicks, e.At, StoredJson.Kind(e.Change), StoredJson.Trial(e.Change), json);

    public static List<JobEvent> Read(SqliteSession session, JobId job, long since, int most) => session.Rows(
        "SELECT number, time, at, change FROM events WHERE job = $0 AND number > $1 ORDER BY number LIMIT $2",
        row => new JobEvent(row.GetInt64(0), row.Time(1), row.Double(2), StoredJson.ReadChange(job, row.GetInt64(0), row.GetString(3))),
        job.Value, since, most);

    /// <summary>Number of the last event; 0 for a job that is not stored.</summary>
    public static long Version(SqliteSession session, JobId job) =>
        session.Number("SELECT max(number) FROM events WHERE job = $0", job.Value);
}
