using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Devices, demands and leases in a <see cref="SqliteStore"/>.</summary>
internal sealed class SqliteLeaseLedger(SqliteWriter writer, SqliteReaders readers) : ILeaseLedger
{
    public Task Put(DeviceDescription device, string provider) => writer.Run(session =>
    {
        session.Execute(
            "INSERT INTO devices (id, provider, description) VALUES ($0, $1, $2) "
            + "ON CONFLICT (id) DO UPDATE SET provider = excluded.provider, description = excluded.description",
            device.Id.Value, provider, StoredJson.Write(device));
        return StoredLeases.Changed(session);
    });

    public Task<JobId?> Remove(DeviceId device, string reason, bool isBlameless) => writer.Run(session =>
    {
        var lease = StoredLeases.InForceOn(session, device);
        if (lease is not null) StoredLeases.Revoke(session, lease.Token, reason, isBlameless);
        if (session.Execute("DELETE FROM devices WHERE id = $0", device.Value) > 0 || lease is not null) StoredLeases.Changed(session);
        return lease?.Job;
    });

    public async Task<IReadOnlyList<DeviceStatus>> Devices() => await readers.Run(session => session.Snapshot(Statuses));

    public Task State(Demand demand, DateTimeOffset time)
    {
        StoreRules.CheckDemand(demand);
        return writer.Run(session =>
        {
            if (demand.Most <= 0) session.Execute("DELETE FROM demands WHERE job = $0", demand.Job.Value);
            else
            {
                session.Execute(
                    "INSERT INTO demands (job, since, demand) VALUES ($0, $1, $2) ON CONFLICT (job) DO UPDATE SET demand = excluded.demand",
                    demand.Job.Value, time.UtcTicks, StoredJson.Write(demand));
            }
            return StoredLeases.Changed(session);
        });
    }

    public async Task<IReadOnlyList<Demand>> Demands() => await readers.Run(session =>
        session.Rows("SELECT demand FROM demands ORDER BY since, place", row => StoredJson.Read<Demand>(row.GetString(0))));

    public Task<Lease?> Grant(DeviceId device, JobId job, DateTimeOffset expires, double price) => writer.Run(session =>
    {
        if (session.Text("SELECT provider FROM devices WHERE id = $0", device.Value) is not { } provider) return null;
        if (StoredLeases.InForceOn(session, device) is not null) return null;
        var lease = new Lease
        {
            Device = device,
            Job = job,
            Token = StoredLeases.NextToken(session),
            Expires = expires,
            Provider = provider,
            Price = price,
        };
        StoredLeases.Insert(session, lease);
        StoredLeases.Changed(session);
        return lease;
    });

    public Task<IReadOnlyList<Lease>?> Renew(IReadOnlyList<Lease> leases) => writer.Run(session =>
    {
        // All are looked at before the first is changed: a write that returns is committed as far as it came.
        if (leases.DistinctBy(l => l.Token).Count() != leases.Count || !leases.All(l => IsInForce(session, l))) return null;
        var renewed = new List<Lease>(leases.Count);
        foreach (var lease in leases)
        {
            var next = lease with { Token = StoredLeases.NextToken(session) };
            StoredLeases.Renew(session, lease.Token, next);
            renewed.Add(next);
        }
        if (renewed.Count > 0) StoredLeases.Changed(session);
        return (IReadOnlyList<Lease>?)renewed;
    });

    public Task<bool> Revoke(long token, string reason, bool isBlameless) => writer.Run(session =>
    {
        var revoked = StoredLeases.Revoke(session, token, reason, isBlameless);
        if (revoked) StoredLeases.Changed(session);
        return revoked;
    });

    public Task<int> Release(JobId job, IReadOnlyCollection<long> tokens) => writer.Run(session =>
    {
        var (inForce, all) = (0, 0);
        foreach (var token in tokens)
        {
            inForce += (int)session.Number("SELECT count(*) FROM leases WHERE token = $0 AND job = $1 AND lost IS NULL", token, job.Value);
            all += session.Execute("DELETE FROM leases WHERE token = $0 AND job = $1", token, job.Value);
        }
        if (all > 0) StoredLeases.Changed(session);
        return inForce;
    });

    public Task<LeaseSet> HeldBy(JobId job) => readers.Run(session => session.Snapshot(s => new LeaseSet(
        StoredLeases.Version(s),
        [.. s.Rows(
            $"SELECT {StoredLeases.Columns}, devices.description FROM leases JOIN devices ON devices.id = leases.device "
            + "WHERE leases.job = $0 AND leases.lost IS NULL ORDER BY leases.device",
            row => new HeldLease(StoredLeases.Read(row), StoredJson.Read<DeviceDescription>(row.GetString(6))), job.Value)],
        [.. s.Rows(
            $"SELECT {StoredLeases.Columns}, leases.lost, leases.blameless FROM leases WHERE job = $0 AND lost IS NOT NULL ORDER BY token",
            row => new LostLease(StoredLeases.Read(row), row.GetString(6), row.GetBoolean(7)), job.Value)])));

    private static bool IsInForce(SqliteSession session, Lease lease) =>
        StoredLeases.InForceOn(session, lease.Device) is { } held && (held.Token, held.Job) == (lease.Token, lease.Job);

    private static List<DeviceStatus> Statuses(SqliteSession session)
    {
        var leases = session.Rows($"SELECT {StoredLeases.Columns} FROM leases WHERE lost IS NULL", StoredLeases.Read)
            .ToDictionary(l => l.Device);
        return session.Rows("SELECT description FROM devices ORDER BY id", row => StoredJson.Read<DeviceDescription>(row.GetString(0)))
            .ConvertAll(d => new DeviceStatus { Device = d, Lease = leases.GetValueOrDefault(d.Id) });
    }
}
