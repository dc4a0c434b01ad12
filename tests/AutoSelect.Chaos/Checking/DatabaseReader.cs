using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Chaos.Checking;

/// <summary>Reads what the database has at the end, by its own statements and not by the store under test.</summary>
internal static class DatabaseReader
{
    /// <summary>All jobs with their events.</summary>
    public static async Task<IReadOnlyList<StoredJob>> Jobs(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var rows = new List<(JobId Id, JobPhase Phase, long Version)>();
        await using (var command = source.CreateCommand("select id, phase, version from autoselect.jobs order by submitted, id"))
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.Add((new JobId(reader.GetString(0)), Enum.Parse<JobPhase>(reader.GetString(1)), reader.GetInt64(2)));
        }
        var jobs = new List<StoredJob>();
        foreach (var (id, phase, version) in rows) jobs.Add(new StoredJob(id, phase, version, await Events(source, id)));
        return jobs;
    }

    /// <summary>The events of one job.</summary>
    public static async Task<ImmutableArray<JobEvent>> Events(string database, JobId job)
    {
        await using var source = NpgsqlDataSource.Create(database);
        return await Events(source, job);
    }

    public static async Task<IReadOnlyDictionary<string, JobId>> Submissions(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("select submission, job from autoselect.submissions where job <> ''");
        await using var reader = await command.ExecuteReaderAsync();
        var found = new Dictionary<string, JobId>();
        while (await reader.ReadAsync()) found[reader.GetString(0)] = new JobId(reader.GetString(1));
        return found;
    }

    private static async Task<ImmutableArray<JobEvent>> Events(NpgsqlDataSource source, JobId job)
    {
        await using var command = source.CreateCommand(
            "select number, time, at, change from autoselect.events where job = $1 order by number");
        command.Parameters.Add(new NpgsqlParameter { Value = job.Value });
        await using var reader = await command.ExecuteReaderAsync();
        var events = ImmutableArray.CreateBuilder<JobEvent>();
        while (await reader.ReadAsync())
        {
            events.Add(new JobEvent(reader.GetInt64(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero), reader.GetDouble(2),
                JsonSerializer.Deserialize<JobChange>(reader.GetString(3), RecordJson.Options)!));
        }
        return events.ToImmutable();
    }
}
