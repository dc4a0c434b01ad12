using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Devices, demands and leases in a <see cref="SqliteStore"/>.</summary>
internal sealed class SqliteLeaseLedger(SqliteWriter writer, SqliteReaders readers, TimeProvider time) : ILeaseLedger
{
    private readonly SqliteDeviceCharges charges = new(time);

    public Task Put(DeviceDescription device, string provider, double price = 0) => writer.Run(session =>
    {
        session.Execute(
            "INSERT INTO devices (id, provider, description, price) VALUES ($0, $1, $2, $3) ON CONFLICT (id) DO UPDATE "
            + "SET provider = excluded.provider, description = excluded.description, price = excluded.price",
            device.Id.Value, provider, StoredJson.Write(device), price);
        return StoredLeases.InForceOn(session, device.Id) is { } lease ? StoredLeases.Changed(session, lease.Job.Value)
            : StoredLeases.Changed(session);
    });

    public Task<JobId?> Remove(DeviceId device, string reason, bool isBlameless) => writer.Run(session =>
    {
        var lease = StoredLeases.InForceOn(session, device);
        if (lease is not null)
        {
            charges.Charge(session, lease.Token);
            StoredLeases.Revoke(session, lease.Token, reason, isBlameless);
        }
        var rows = session.Execute("DELETE FROM devices WHERE id = $0", device.Value);
        if (lease is not null) StoredLeases.Changed(session, lease.Job.Value);
        else if (rows > 0) StoredLeases.Changed(session);
        return lease?.Job;
    });

    public async Task<IReadOnlyList<DeviceStatus>> Devices() => await readers.Run(session => session.Snapshot(Statuses));

    public Task State(Demand demand, DateTimeOffset time)
    {
        StoreRules.CheckDemand(demand);
        return writer.Run(session =>
        {
            var rows = demand.Most <= 0 ? session.Execute("DELETE FROM demands WHERE job = $0", demand.Job.Value)
                : session.Execute(
                    "INSERT INTO demands (job, since, demand, project, owner) VALUES ($0, $1, $2, $3, $4) "
                    + "ON CONFLICT (job) DO UPDATE SET demand = excluded.demand WHERE demands.demand <> excluded.demand",
                    demand.Job.Value, time.UtcTicks, StoredJson.Write(demand), demand.Project, demand.Owner);
            return rows > 0 ? StoredLeases.Changed(session, demand.Job.Value) : 0;
        });
    }

    public async Task<IReadOnlyList<StatedDemand>> Demands() => await readers.Run(session =>
        session.Rows("SELECT demand, since, admitted, waits, recall FROM demands ORDER BY since, place", row => new StatedDemand(
            StoredJson.Read<Demand>(row.GetString(0)), row.Time(1), row.IsDBNull(2) ? null : row.Time(2), row.GetString(3),
            row.IsDBNull(4) ? null : StoredJson.Read<DeviceRecall>(row.GetString(4)))));

    public Task<bool> Admit(JobId job, AccountLimits limits = default) => writer.Run(session =>
    {
        var found = session.Rows("SELECT admitted, project, owner FROM demands WHERE job = $0",
            row => (IsAdmitted: !row.IsDBNull(0), Project: row.GetString(1), Owner: row.GetString(2)), job.Value);
        if (found is not [var (isAdmitted, project, owner)]) return false;
        if (isAdmitted) return true;
        const string ofProject = "SELECT count(*) FROM demands WHERE admitted IS NOT NULL AND project = $0";
        if (session.Number(ofProject, project) >= (limits.OfProject ?? long.MaxValue)
            || session.Number(ofProject + " AND owner = $1", project, owner) >= (limits.OfUser ?? long.MaxValue)) return false;
        session.Execute("UPDATE demands SET admitted = $1, waits = '' WHERE job = $0", job.Value, time.GetUtcNow().UtcTicks);
        StoredLeases.Changed(session, job.Value);
        return true;
    });

    public Task Hold(JobId job, string reason) => writer.Run(session =>
        session.Execute("UPDATE demands SET waits = $1 WHERE job = $0 AND admitted IS NULL AND waits <> $1", job.Value, reason) > 0
            ? StoredLeases.Changed(session, job.Value) : 0);

    public Task Recall(JobId job, DeviceRecall? recall) => writer.Run(session =>
        session.Execute("UPDATE demands SET recall = $1 WHERE job = $0", job.Value, recall is null ? null : StoredJson.Write(recall)) > 0
            ? StoredLeases.Changed(session, job.Value) : 0);

    public Task<Lease?> Grant(
        DeviceId device, JobId job, DateTimeOffset expires, double price, AccountLimits limits = default) => writer.Run(session =>
    {
        if (session.Text("SELECT provider FROM devices WHERE id = $0", device.Value) is not { } provider) return null;
        if (StoredLeases.InForceOn(session, device) is not null) return null;
        var (project, owner) = session.Rows("SELECT project, owner FROM demands WHERE job = $0",
            row => (row.GetString(0), row.GetString(1)), job.Value).FirstOrDefault((JobSpec.DefaultProject, ""));
        const string ofProject = $"SELECT count(*) FROM leases WHERE lost IS NULL AND provider <> '{DeviceStatus.ElsewhereProvider}' "
            + "AND project = $0";
        if (session.Number(ofProject, project) >= (limits.OfProject ?? long.MaxValue)
            || session.Number(ofProject + " AND owner = $1", project, owner) >= (limits.OfUser ?? long.MaxValue)) return null;
        var lease = new Lease
        {
            Device = device,
            Job = job,
            Token = StoredLeases.NextToken(session),
            Expires = expires,
            Provider = provider,
            Price = price,
            Since = time.GetUtcNow(),
            Project = project,
            Owner = owner,
        };
        StoredLeases.Insert(session, lease);
        StoredLeases.Changed(session, job.Value);
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
        if (renewed.Count > 0) StoredLeases.Changed(session, [.. renewed.Select(l => l.Job.Value).Distinct()]);
        return (IReadOnlyList<Lease>?)renewed;
    });

    public Task<bool> Revoke(long token, string reason, bool isBlameless) => writer.Run(session =>
    {
        charges.Charge(session, token);
        if (StoredLeases.Revoke(session, token, reason, isBlameless) is not { } job) return false;
        StoredLeases.Changed(session, job);
        return true;
    });

    public Task<int> Release(JobId job, IReadOnlyCollection<long> tokens) => writer.Run(session =>
    {
        var (inForce, all) = (0, 0);
        foreach (var token in tokens)
        {
            var held = (int)session.Number("SELECT count(*) FROM leases WHERE token = $0 AND job = $1 AND lost IS NULL", token, job.Value);
            if (held > 0) charges.Charge(session, token);
            inForce += held;
            all += session.Execute("DELETE FROM leases WHERE token = $0 AND job = $1", token, job.Value);
        }
        if (all > 0) StoredLeases.Changed(session, job.Value);
        return inForce;
    });

    public Task<LeaseSet> HeldBy(JobId job) => readers.Run(session => session.Snapshot(s => new LeaseSet(
        StoredLeases.Version(s),
        [.. s.Rows(
            $"SELECT {StoredLeases.Columns}, devices.description FROM leases JOIN devices ON devices.id = leases.device "
            + "WHERE leases.job = $0 AND leases.lost IS NULL ORDER BY leases.device",
            row => new HeldLease(
                StoredLeases.Read(row), StoredJson.Read<DeviceDescription>(row.GetString(StoredLeases.ColumnCount))), job.Value)],
        [.. s.Rows(
            $"SELECT {StoredLeases.Columns}, leases.lost, leases.blameless FROM leases WHERE job = $0 AND lost IS NOT NULL ORDER BY token",
            row => new LostLease(StoredLeases.Read(row), row.GetString(StoredLeases.ColumnCount),
                row.GetBoolean(StoredLeases.ColumnCount + 1)), job.Value)])
    {
        IsAdmitted = s.Number("SELECT count(*) FROM demands WHERE job = $0 AND admitted IS NOT NULL", job.Value) > 0,
        Waits = s.Text("SELECT waits FROM demands WHERE job = $0", job.Value) ?? "",
        Recall = s.Text("SELECT recall FROM demands WHERE job = $0", job.Value) is { } recall
            ? StoredJson.Read<DeviceRecall>(recall) : null,
    }));

    public Task<LeaseNews> News(long since) => readers.Run(session => session.Snapshot(s =>
    {
        var version = StoredLeases.Version(s);
        return new LeaseNews(version, !LeaseNews.IsKnown(version, since) ? null
            : s.Rows("SELECT job, version FROM lease_changes WHERE version > $0",
                row => (Job: new JobId(row.GetString(0)), Version: row.GetInt64(1)), since).ToDictionary(c => c.Job, c => c.Version));
    }));

    public Task Charge() => writer.Run(session =>
    {
        charges.ChargeAll(session);
        // Who was away for longer is told that it may be any job.
        session.Execute("DELETE FROM lease_changes WHERE version < $0", StoredLeases.Version(session) - LeaseNews.Kept);
        return true;
    });

    public async Task<IReadOnlyList<DeviceUse>> Use(DateTimeOffset since) => await readers.Run(session => session.Rows(
        "SELECT project, owner, hour, seconds FROM device_use WHERE hour >= $0 ORDER BY hour, project, owner",
        row => new DeviceUse(row.GetString(0), row.GetString(1), row.Time(2), row.Double(3)), since.UtcTicks));

    public async Task<IReadOnlyList<ProjectLimits>> Limits() => await readers.Run(session =>
        session.Rows("SELECT limits FROM projects ORDER BY project", row => StoredJson.Read<ProjectLimits>(row.GetString(0))));

    public Task ChangeLimits(string project, Func<ProjectLimits, ProjectLimits> change) => writer.Run(session =>
    {
        var before = session.Text("SELECT limits FROM projects WHERE project = $0", project) is { } json
            ? StoredJson.Read<ProjectLimits>(json) : new ProjectLimits { Project = project };
        var after = change(before) with { Project = project };
        StoreRules.CheckLimits(after);
        session.Execute(
            "INSERT INTO projects (project, limits) VALUES ($0, $1) ON CONFLICT (project) DO UPDATE SET limits = excluded.limits",
            project, StoredJson.Write(after));
        return StoredLeases.Changed(session);
    });

    private static bool IsInForce(SqliteSession session, Lease lease) =>
        StoredLeases.InForceOn(session, lease.Device) is { } held && (held.Token, held.Job) == (lease.Token, lease.Job);

    private static List<DeviceStatus> Statuses(SqliteSession session)
    {
        var leases = session.Rows($"SELECT {StoredLeases.Columns} FROM leases WHERE lost IS NULL", StoredLeases.Read)
            .ToDictionary(l => l.Device);
        return session.Rows("SELECT description, provider, price FROM devices ORDER BY id", row => new DeviceStatus
        {
            Device = StoredJson.Read<DeviceDescription>(row.GetString(0)),
            Provider = row.GetString(1),
            Price = row.Double(2),
        }).ConvertAll(d => d with { Lease = leases.GetValueOrDefault(d.Device.Id) });
    }
}
