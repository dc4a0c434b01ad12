using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>Leases and devices as rows of joined tables.</summary>
internal static class StoredLeases
{
    /// <summary>The first nine columns of a query; a device's description is the tenth.</summary>
    public const string Columns = "l.token, l.device, l.job, l.expires, l.provider, l.price, l.since, l.project, l.owner";

    /// <summary>How many they are; further columns of a query come after.</summary>
    public const int ColumnCount = 9;

    /// <summary>The lease of a row; null where it is joined with none.</summary>
    public static Lease? TryRead(NpgsqlDataReader row) => row.IsDBNull(0) ? null : new Lease
    {
        Token = row.GetInt64(0),
        Device = new DeviceId(row.GetString(1)),
        Job = new JobId(row.GetString(2)),
        Expires = row.Time(3),
        Provider = row.GetString(4),
        Price = row.GetDouble(5),
        Since = row.Time(6),
        Project = row.GetString(7),
        Owner = row.GetString(8),
    };

    public static DeviceDescription Device(NpgsqlDataReader row) => StoredJson.Read<DeviceDescription>(row.GetString(ColumnCount));

    /// <summary>Issues tokens, greater than all before; the last of them.</summary>
    public static Task<long> NextToken(NpgsqlConnection connection, int count) =>
        connection.Scalar<long>("update counters set value = value + $1 where name = 'token' returning value", (long)count);
}
