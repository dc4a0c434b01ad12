using AutoSelect.Contracts;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage;

/// <summary>Leases as rows. One is in force while it has no reason to be lost; a unique index lets a device have one such.</summary>
internal static class StoredLeases
{
    public const string Columns =
        "leases.token, leases.device, leases.job, leases.expires, leases.provider, leases.price, "
        + "leases.since, leases.project, leases.owner";

    /// <summary>How many they are; further columns of a query come after.</summary>
    public const int ColumnCount = 9;

    /// <summary>Greater than all before, over restarts.</summary>
    public static long NextToken(SqliteSession session) => Next(session, "token");

    /// <summary>Counts a change of the ledger.</summary>
    /// <param name="session">In the transaction of the change.</param>
    /// <param name="jobs">Jobs whose sets it changed.</param>
    public static long Changed(SqliteSession session, params ReadOnlySpan<string> jobs)
    {
        var version = Next(session, "ledger");
        foreach (var job in jobs)
        {
            session.Execute(
                "INSERT INTO lease_changes (job, version) VALUES ($0, $1) ON CONFLICT (job) DO UPDATE SET version = excluded.version",
                job, version);
        }
        return version;
    }

    public static long Version(SqliteSession session) => session.Number("SELECT value FROM counters WHERE name = 'ledger'");

    public static Lease? InForceOn(SqliteSession session, DeviceId device) =>
        session.Rows($"SELECT {Columns} FROM leases WHERE device = $0 AND lost IS NULL", Read, device.Value).FirstOrDefault();

    public static void Insert(SqliteSession session, Lease lease) => session.Execute(
        "INSERT INTO leases (token, device, job, expires, provider, price, since, project, owner, charged) "
        + "VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $6)",
        lease.Token, lease.Device.Value, lease.Job.Value, lease.Expires.UtcTicks, lease.Provider, lease.Price,
        lease.Since.UtcTicks, lease.Project, lease.Owner);

    public static void Renew(SqliteSession session, long token, Lease next) =>
        session.Execute("UPDATE leases SET token = $1, expires = $2 WHERE token = $0", token, next.Token, next.Expires.UtcTicks);

    /// <returns>Its job; null when it is over already.</returns>
    public static string? Revoke(SqliteSession session, long token, string reason, bool isBlameless) => session.Text(
        "UPDATE leases SET lost = $1, blameless = $2 WHERE token = $0 AND lost IS NULL RETURNING job", token, reason, isBlameless);

    public static Lease Read(SqliteDataReader row) => new()
    {
        Token = row.GetInt64(0),
        Device = new DeviceId(row.GetString(1)),
        Job = new JobId(row.GetString(2)),
        Expires = row.Time(3),
        Provider = row.GetString(4),
        Price = row.Double(5),
        Since = row.Time(6),
        Project = row.GetString(7),
        Owner = row.GetString(8),
    };

    private static long Next(SqliteSession session, string counter) => session.Number(
        "INSERT INTO counters (name, value) VALUES ($0, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value", counter);
}
