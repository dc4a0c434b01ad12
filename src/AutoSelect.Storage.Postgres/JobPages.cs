using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>Reads lists of jobs, each condition by an index where there are many jobs.</summary>
internal static class JobPages
{
    public static async Task<JobPage> Read(NpgsqlConnection connection, JobQuery query, JobCursor? after)
    {
        var values = new List<object?>();
        string Value(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }
        var conditions = new List<string>();
        if (query.Phases.Count == 1) conditions.Add($"phase = {Value(query.Phases.First().ToString())}");
        else if (query.Phases.Count > 1) conditions.Add($"phase = any ({Value(query.Phases.Select(p => p.ToString()).ToArray())})");
        if (query.Workload is { } workload) conditions.Add($"workload = {Value(workload)}");
        if (query.Projects.Count > 0) conditions.Add($"project = any ({Value(query.Projects.ToArray())})");
        if (query.AwaitsHook) conditions.Add("awaits_hook");
        if (query.Owner is { } owner) conditions.Add($"owner = {Value(owner)}");
        if (query.Text is { Length: > 0 } text) conditions.Add($"strpos(id, {Value(text)}) > 0");
        if (query.Labels.Count > 0) conditions.Add($"labels @> {Value(StoredJson.Write(query.Labels))}::text::jsonb");
        if (query.Labelled is { } name) conditions.Add($"jsonb_exists(labels, {Value(name)})");
        var (comparison, direction) = query.NewestFirst ? ("<", "desc") : (">", "asc");
        if (after is { Skipped: 0 }) conditions.Add($"(submitted, id) {comparison} ({Value(after.Submitted)}, {Value(after.Job)})");
        var where = conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";
        // Of the time of submission, which every job has, an index is read in order: without a word on nulls.
        var order = query.By == JobOrder.Submitted ? $"submitted {direction}" : $"{Key(query.By)} {direction} nulls last";
        var (limit, skipped) = (Value(query.Size + 1L), Value((long)(after?.Skipped ?? 0)));
        var found = await connection.Rows(
            $"select summary from jobs {where} order by {order}, id {direction} limit {limit} offset {skipped}",
            row => row.GetString(0), [.. values]);
        var jobs = found.Take(query.Size).Select(StoredJson.Read<JobSummary>).ToList();
        return new JobPage(jobs, found.Count > query.Size ? JobCursor.After(query, after, jobs[^1]).ToString() : null);
    }

    private static string Key(JobOrder by) => by switch
    {
        JobOrder.Name => "name",
        JobOrder.State => "phase",
        JobOrder.Owner => "owner",
        JobOrder.Project => "project",
        JobOrder.DeviceTime => "(summary ->> 'chargedSeconds')::double precision",
        JobOrder.Finish => "(summary #>> '{expected,end,p50}')::double precision",
        JobOrder.Saved => "(summary #>> '{expected,saved,p50}')::double precision",
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, "It must be one of the orders there are."),
    };
}
