using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>Looks for events that a lost connection may have stored.</summary>
internal static class StoredEvents
{
    /// <summary>True when these very events are stored; waits for a write of another connection that is under way.</summary>
    public static Task<bool> AreStored(NpgsqlConnection connection, JobId job, IReadOnlyList<JobEvent> events) =>
        PostgresSessions.InTransaction(connection, async c =>
        {
            await c.Execute("select 1 from jobs where id = $1 for update", job.Value);
            var stored = await c.Rows(
                "select time, change from events where job = $1 and number >= $2 order by number limit $3",
                row => (row.GetInt64(0), row.GetString(1)), job.Value, events[0].Number, events.Count);
            return stored.SequenceEqual(events.Select(e => (e.Time.UtcTicks, StoredJson.Write(e.Change))));
        });
}
