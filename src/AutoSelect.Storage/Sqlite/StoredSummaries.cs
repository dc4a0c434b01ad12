using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Summaries of jobs as rows: JSON, beside it what rows are looked for by.</summary>
internal static class StoredSummaries
{
    private static readonly string RunningPhases = JsonSerializer.Serialize(JobPhases.Running.Select(p => p.ToString()));

    public static void Insert(SqliteSession session, JobSummary summary) => session.Execute(
        "INSERT INTO jobs (id, name, workload, phase, submitted, summary) VALUES ($0, $1, $2, $3, $4, $5)",
        summary.Id.Value, summary.Name, summary.Workload, summary.Phase.ToString(), summary.SubmittedAt.UtcTicks,
        StoredJson.Write(summary));

    /// <summary>Name, workload and time of submission are those of the first one.</summary>
    public static void Update(SqliteSession session, JobSummary summary) => session.Execute(
        "UPDATE jobs SET phase = $1, summary = $2 WHERE id = $0", summary.Id.Value, summary.Phase.ToString(), StoredJson.Write(summary));

    public static JobSummary? Find(SqliteSession session, JobId job) =>
        session.Text("SELECT summary FROM jobs WHERE id = $0", job.Value) is { } json ? StoredJson.Read<JobSummary>(json) : null;

    public static IReadOnlyDictionary<JobId, JobSummary> FindAll(SqliteSession session, IReadOnlyCollection<JobId> jobs) =>
        session.Rows(
            "SELECT summary FROM jobs WHERE id IN (SELECT value FROM json_each($0))", row => StoredJson.Read<JobSummary>(row.GetString(0)),
            JsonSerializer.Serialize(jobs.Select(j => j.Value))).ToDictionary(s => s.Id);

    public static List<JobId> Running(SqliteSession session) => session.Rows(
        "SELECT id FROM jobs WHERE phase IN (SELECT value FROM json_each($0))", row => new JobId(row.GetString(0)), RunningPhases);

    public static JobPage List(SqliteSession session, JobQuery query, JobCursor? after)
    {
        var values = new List<object?>();
        string Value(object value)
        {
            values.Add(value);
            return $"${values.Count - 1}";
        }
        var conditions = new List<string>();
        // One phase is read in the order of its index; of several the rows have to be sorted.
        if (query.Phases.Count == 1) conditions.Add($"phase = {Value(query.Phases.First().ToString())}");
        else if (query.Phases.Count > 1)
        {
            var phases = JsonSerializer.Serialize(query.Phases.Select(p => p.ToString()));
            conditions.Add($"phase IN (SELECT value FROM json_each({Value(phases)}))");
        }
        if (query.Workload is { } workload) conditions.Add($"workload = {Value(workload)}");
        // As the index has it, word for word.
        if (query.AwaitsHook) conditions.Add(SqliteSchema.AwaitsHook);
        if (query.Text is { Length: > 0 } text) conditions.Add($"instr(id, {Value(text)}) > 0");
        if (query.Projects.Count > 0)
        {
            // A summary that was stored before there were projects names none.
            var project = $"coalesce(json_extract(summary, '$.project'), '{JobSpec.DefaultProject}')";
            conditions.Add($"{project} IN (SELECT value FROM json_each({Value(JsonSerializer.Serialize(query.Projects))}))");
        }
        if (query.Owner is { } owner) conditions.Add($"coalesce(json_extract(summary, '$.owner'), '') = {Value(owner)}");
        if (query.Labels.Count > 0)
        {
            conditions.Add($"""
                NOT EXISTS (SELECT 1 FROM json_each({Value(JsonSerializer.Serialize(query.Labels))}) AS wanted WHERE NOT EXISTS (
                    SELECT 1 FROM json_each(jobs.summary, '$.labels') AS label WHERE label.key = wanted.key AND label.value = wanted.value))
                """);
        }
        if (query.Labelled is { } name)
            conditions.Add($"EXISTS (SELECT 1 FROM json_each(jobs.summary, '$.labels') AS label WHERE label.key = {Value(name)})");
        var (comparison, direction) = query.NewestFirst ? ("<", "DESC") : (">", "ASC");
        if (after is { Skipped: 0 }) conditions.Add($"(submitted, id) {comparison} ({Value(after.Submitted)}, {Value(after.Job)})");
        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        // Of the time of submission, which every job has, an index is read in order: without a word on nulls.
        var order = query.By == JobOrder.Submitted ? $"submitted {direction}" : $"{Key(query.By)} {direction} NULLS LAST";
        var (limit, skipped) = (Value(query.Size + 1L), Value(after?.Skipped ?? 0L));
        var found = session.Rows(
            $"SELECT summary FROM jobs {where} ORDER BY {order}, id {direction} LIMIT {limit} OFFSET {skipped}",
            row => row.GetString(0), [.. values]);
        var jobs = found.Take(query.Size).Select(StoredJson.Read<JobSummary>).ToList();
        return new JobPage(jobs, found.Count > query.Size ? JobCursor.After(query, after, jobs[^1]).ToString() : null);
    }

    /// <summary>Numbers that are not finite are stored as words, which come after all numbers.</summary>
    private static string Key(JobOrder by) => by switch
    {
        JobOrder.Name => "name",
        JobOrder.State => "phase",
        JobOrder.Owner => "coalesce(json_extract(summary, '$.owner'), '')",
        JobOrder.Project => $"coalesce(json_extract(summary, '$.project'), '{JobSpec.DefaultProject}')",
        JobOrder.DeviceTime => "json_extract(summary, '$.chargedSeconds')",
        JobOrder.Finish => "json_extract(summary, '$.expected.end.p50')",
        JobOrder.Saved => "json_extract(summary, '$.expected.saved.p50')",
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, "It must be one of the orders there are."),
    };
}
