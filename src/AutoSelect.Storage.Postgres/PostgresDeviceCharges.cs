using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>Device time as rows of hours, in the transaction that ends or charges a lease.</summary>
internal sealed class PostgresDeviceCharges(TimeProvider time)
{
    /// <summary>Charges those of the leases in force that fulfil a condition.</summary>
    /// <param name="connection">In the transaction of the ledger's row.</param>
    /// <param name="condition">In SQL, over its values as $1, $2, …</param>
    /// <param name="values">Those.</param>
    public async Task Charge(NpgsqlConnection connection, string condition, params object?[] values)
    {
        var now = time.GetUtcNow();
        var leases = await connection.Rows(
            $"select token, project, owner, charged from leases where lost is null and provider <> '{DeviceStatus.ElsewhereProvider}' "
            + $"and {condition}",
            row => (
                Token: row.GetInt64(0), Project: row.GetString(1), Owner: row.GetString(2), Charged: row.IsDBNull(3) ? now : row.Time(3)),
            values);
        if (leases.Count == 0) return;
        var sums = leases.GroupBy(l => (l.Project, l.Owner))
            .Select(g => (g.Key.Project, g.Key.Owner, Seconds: g.Sum(l => DeviceCharges.Seconds(l.Charged, now)))).ToArray();
        await connection.Execute(
            """
            insert into device_use (project, owner, hour, seconds)
            select s.project, s.owner, $4, s.seconds from unnest($1::text[], $2::text[], $3::float8[]) as s (project, owner, seconds)
            on conflict (project, owner, hour) do update set seconds = device_use.seconds + excluded.seconds
            """,
            sums.Select(s => s.Project).ToArray(), sums.Select(s => s.Owner).ToArray(), sums.Select(s => s.Seconds).ToArray(),
            DeviceCharges.Hour(now).UtcTicks);
        await connection.Execute(
            "update leases set charged = $2 where token = any ($1)", leases.Select(l => l.Token).ToArray(), now.UtcTicks);
    }

    /// <summary>Charges all leases in force, and forgets what is too old to count.</summary>
    public async Task ChargeAll(NpgsqlConnection connection)
    {
        await Charge(connection, "true");
        await connection.Execute("delete from device_use where hour < $1", DeviceCharges.Oldest(time.GetUtcNow()).UtcTicks);
    }
}
