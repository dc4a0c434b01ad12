using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>
/// Layout 1: a job's record as JSON, its curves and rungs in tables of their own. Every job becomes one event that holds it.
/// </summary>
internal static class OldLayout
{
    /// <summary>What the control side used of tokens in one epoch, each beginning at its number times this.</summary>
    private const long TokensPerEpoch = 1_000_000;

    /// <summary>Those that no later layout has.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["rungs", "points", "epochs"];

    public static bool IsIn(IReadOnlyCollection<string> tables) => tables.Contains("jobs") && !Tables.Except(tables).Any();

    public static void Import(SqliteSession session, DateTimeOffset now)
    {
        session.Script("ALTER TABLE jobs RENAME TO old_jobs");
        session.Script(SqliteSchema.Create);
        var lastToken = (session.Number("SELECT max(value) FROM epochs") + 1) * TokensPerEpoch;
        foreach (var id in session.Rows("SELECT id FROM old_jobs ORDER BY id", row => row.GetString(0)))
        {
            var record = AsOfNow(Read(session, id), now);
            Store(session, record, now);
            var members = record.Trials.SelectMany(t => t.Segments).SelectMany(s => s.Members());
            lastToken = members.Select(m => m.LeaseToken).Append(lastToken).Max();
        }
        session.Execute("INSERT INTO counters (name, value) VALUES ('token', $0)", lastToken);
        session.Script("DROP TABLE old_jobs; DROP TABLE rungs; DROP TABLE points; DROP TABLE epochs");
    }

    private static void Store(SqliteSession session, JobRecord record, DateTimeOffset now)
    {
        var change = new JobImported(record);
        StoredSummaries.Insert(session, JobSummaries.FromRecord(record, now));
        var first = new JobEvent(record.Version, now, record.ElapsedSeconds, change);
        StoredEvents.Insert(session, record.Id, first, StoredJson.Write<JobChange>(change));
        var (name, number) = JobNames.Split(record.Id.Value);
        session.Execute(
            "INSERT INTO names (name, used) VALUES ($0, $1) ON CONFLICT (name) DO UPDATE SET used = max(used, excluded.used)",
            name, number);
    }

    private static JobRecord Read(SqliteSession session, string id)
    {
        try
        {
            var head = JsonNode.Parse(session.Text("SELECT json FROM old_jobs WHERE id = $0", id)!)!.AsObject();
            if ((string?)head["phase"] == "Submitted") head["phase"] = nameof(JobPhase.Probing);
            var record = head.Deserialize<JobRecord>(RecordJson.Options)!;
            return record with
            {
                Rungs = Column<RungRecord>(session, "SELECT json FROM rungs WHERE job = $0 ORDER BY rung", id),
                Trials = [.. record.Trials.Select(t => t with
                {
                    Curve = Column<CurvePoint>(
                        session, "SELECT json FROM points WHERE job = $0 AND trial = $1 ORDER BY step", id, t.Id.Value),
                })],
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"its job {id} cannot be read ({e.Message}); it was left as it is", e);
        }
    }

    private static ImmutableArray<T> Column<T>(SqliteSession session, string sql, params ReadOnlySpan<object?> values) =>
        [.. session.Rows(sql, row => JsonSerializer.Deserialize<T>(row.GetString(0), RecordJson.Options)!, values)];

    /// <summary>The clock of an old job stood still while nobody attended to it; with the import it runs on from there.</summary>
    private static JobRecord AsOfNow(JobRecord record, DateTimeOffset now) => record with
    {
        Version = 1,
        PausedSeconds = record.HasEnded ? 0 : (now - record.StartedAt).TotalSeconds - record.ElapsedSeconds,
        PausedAt = record.Phase == JobPhase.Paused ? now : null,
    };
}
