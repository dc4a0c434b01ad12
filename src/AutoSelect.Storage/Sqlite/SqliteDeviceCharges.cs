using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Device time as rows of hours, in the transaction that ends or charges a lease.</summary>
internal sealed class SqliteDeviceCharges(TimeProvider time)
{
    private const string InForce =
        "SELECT token, project, owner, charged FROM leases "
        + $"WHERE lost IS NULL AND provider <> '{DeviceStatus.ElsewhereProvider}'";

    /// <summary>Charges one lease, if it is in force.</summary>
    public void Charge(SqliteSession session, long token) => Charge(session, InForce + " AND token = $0", token);

    /// <summary>Charges all leases in force, and forgets what is too old to count.</summary>
    public void ChargeAll(SqliteSession session)
    {
        Charge(session, InForce);
        session.Execute("DELETE FROM device_use WHERE hour < $0", DeviceCharges.Oldest(time.GetUtcNow()).UtcTicks);
    }

    private void Charge(SqliteSession session, string sql, params ReadOnlySpan<object?> values)
    {
        var now = time.GetUtcNow();
        var leases = session.Rows(sql, row => (Token: row.GetInt64(0), Project: row.GetString(1), Owner: row.GetString(2),
            Charged: row.IsDBNull(3) ? now : row.Time(3)), values);
        foreach (var (token, project, owner, charged) in leases)
        {
            session.Execute(
                "INSERT INTO device_use (project, owner, hour, seconds) VALUES ($0, $1, $2, $3) "
                + "ON CONFLICT (project, owner, hour) DO UPDATE SET seconds = seconds + excluded.seconds",
                project, owner, DeviceCharges.Hour(now).UtcTicks, DeviceCharges.Seconds(charged, now));
            session.Execute("UPDATE leases SET charged = $1 WHERE token = $0", token, now.UtcTicks);
        }
    }
}
