using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Grains;

/// <summary>Reads jobs from a store, also one that another process writes.</summary>
/// <param name="path">File of the database; it must exist.</param>
public sealed class JobStoreReader(string path)
{
    /// <summary>A job with its curves and rungs; null when it is not stored.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read.</exception>
    public JobRecord? Find(JobId id) => Read(connection =>
        connection.Column("SELECT json FROM jobs WHERE id = $0", id.Value).Select(json => Whole(connection, json)).FirstOrDefault());

    /// <summary>All jobs, the oldest first, with their curves and rungs.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read.</exception>
    public IReadOnlyList<JobRecord> List() => Read<IReadOnlyList<JobRecord>>(connection =>
        [.. connection.Column("SELECT json FROM jobs").Select(json => Whole(connection, json)).OrderBy(r => r.StartedAt)]);

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = StoreSchema.Open(path);
            // A store that another process is just creating holds nothing yet.
            connection.Execute(StoreSchema.Create);
            return read(connection);
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException(path, e);
        }
    }

    private static JobRecord Whole(SqliteConnection connection, string json)
    {
        var head = JsonSerializer.Deserialize<JobRecord>(json, RecordJson.Options)!;
        ImmutableArray<T> Column<T>(string sql, params object[] values) =>
            [.. connection.Column(sql, values).Select(j => JsonSerializer.Deserialize<T>(j, RecordJson.Options)!)];
        return head with
        {
            Rungs = Column<RungRecord>("SELECT json FROM rungs WHERE job = $0 ORDER BY rung", head.Id.Value),
            Trials = [.. head.Trials.Select(t => t with
            {
                Curve = Column<CurvePoint>("SELECT json FROM points WHERE job = $0 AND trial = $1 ORDER BY step", head.Id.Value, t.Id.Value),
            })],
        };
    }
}
