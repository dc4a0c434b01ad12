using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// Devices, demands and leases in a <see cref="PostgresStore"/>. Whoever changes them holds the ledger's row from the first look to the
/// commit, so that all changes have one order and versions grow in it. They are few: renewals by reports of devices are not written.
/// </summary>
internal sealed class PostgresLeaseLedger(PostgresSessions sessions) : ILeaseLedger
{
    private static readonly string[] OfNoJob = [];

    private readonly PostgresDeviceCharges charges = new(sessions.Time);

    public Task Put(DeviceDescription device, string provider, double price = 0) => Change(async connection =>
    {
        var holder = await connection.Rows(
            """
            with put as (
                insert into devices (id, provider, description, price) values ($1, $2, $3::text::json, $4) on conflict (id) do update
                set provider = excluded.provider, description = excluded.description, price = excluded.price)
            select job from leases where device = $1 and lost is null
            """,
            row => row.GetString(0), device.Id.Value, provider, StoredJson.Write(device), price);
        return (true, Of(holder));
    });

    public Task<JobId?> Remove(DeviceId device, string reason, bool isBlameless) => Change(async connection =>
    {
        await charges.Charge(connection, "device = $1", device.Value);
        var lost = await connection.Scalar<string>(
            "update leases set lost = $2, blameless = $3 where device = $1 and lost is null returning job",
            device.Value, reason, isBlameless);
        var rows = await connection.Execute("delete from devices where id = $1", device.Value);
        return (lost is null ? (JobId?)null : new JobId(lost), lost is not null ? Of(lost) : rows > 0 ? OfNoJob : null);
    });

    public async Task<IReadOnlyList<DeviceStatus>> Devices() => await sessions.Read(connection => connection.Rows(
        $"""
        select {StoredLeases.Columns}, d.description, d.provider, d.price
        from devices d left join leases l on l.device = d.id and l.lost is null order by d.id
        """,
        row => new DeviceStatus
        {
            Device = StoredLeases.Device(row),
            Lease = StoredLeases.TryRead(row),
            Provider = row.GetString(StoredLeases.ColumnCount + 1),
            Price = row.GetDouble(StoredLeases.ColumnCount + 2),
        }));

    public Task State(Demand demand, DateTimeOffset time)
    {
        StoreRules.CheckDemand(demand);
        return Change(async connection =>
        {
            var rows = demand.Most <= 0 ? await connection.Execute("delete from demands where job = $1", demand.Job.Value)
                : await connection.Execute(
                    "insert into demands (job, since, demand, project, owner) values ($1, $2, $3::text::json, $4, $5) "
                    + "on conflict (job) do update set demand = excluded.demand where demands.demand::text <> excluded.demand::text",
                    demand.Job.Value, time.UtcTicks, StoredJson.Write(demand), demand.Project, demand.Owner);
            return (true, rows > 0 ? Of(demand.Job) : null);
        });
    }

    public async Task<IReadOnlyList<StatedDemand>> Demands() => await sessions.Read(connection => connection.Rows(
        "select demand, since, admitted, waits, recall from demands order by since, place", row => new StatedDemand(
            StoredJson.Read<Demand>(row.GetString(0)), row.Time(1), row.IsDBNull(2) ? null : row.Time(2), row.GetString(3),
            row.IsDBNull(4) ? null : StoredJson.Read<DeviceRecall>(row.GetString(4)))));

    public Task<bool> Admit(JobId job, AccountLimits limits = default) => Change(async connection =>
    {
        var found = await connection.Rows(
            """
            select d.admitted is not null, count(o.job), count(o.job) filter (where o.owner = d.owner)
            from demands d left join demands o on o.project = d.project and o.admitted is not null
            where d.job = $1 group by d.job, d.admitted
            """,
            row => (IsAdmitted: row.GetBoolean(0), OfProject: row.GetInt64(1), OfUser: row.GetInt64(2)), job.Value);
        if (found is not [var (isAdmitted, ofProject, ofUser)]) return (false, null);
        if (isAdmitted) return (true, null);
        if (ofProject >= (limits.OfProject ?? long.MaxValue) || ofUser >= (limits.OfUser ?? long.MaxValue)) return (false, null);
        await connection.Execute(
            "update demands set admitted = $2, waits = '' where job = $1", job.Value, sessions.Time.GetUtcNow().UtcTicks);
        return (true, Of(job));
    });

    public Task Hold(JobId job, string reason) => Change(async connection =>
    {
        var rows = await connection.Execute(
            "update demands set waits = $2 where job = $1 and admitted is null and waits <> $2", job.Value, reason);
        return (true, rows > 0 ? Of(job) : null);
    });

    public Task Recall(JobId job, DeviceRecall? recall) => Change(async connection =>
    {
        var rows = await connection.Execute("update demands set recall = $2::text::json where job = $1", job.Value,
            recall is null ? null : StoredJson.Write(recall));
        return (true, rows > 0 ? Of(job) : null);
    });

    public Task<Lease?> Grant(
        DeviceId device, JobId job, DateTimeOffset expires, double price, AccountLimits limits = default) => Change(async connection =>
    {
        var found = await connection.Rows(
            """
            select d.provider, coalesce(w.project, $3), coalesce(w.owner, '') from devices d left join demands w on w.job = $2
            where d.id = $1 and not exists (select 1 from leases where device = d.id and lost is null)
            """,
            row => (Provider: row.GetString(0), Project: row.GetString(1), Owner: row.GetString(2)),
            device.Value, job.Value, JobSpec.DefaultProject);
        if (found is not [var (provider, project, owner)]) return (null, null);
        if (limits != default)
        {
            var held = await connection.Rows(
                "select count(*), count(*) filter (where owner = $2) from leases where lost is null and project = $1 "
                + $"and provider <> '{DeviceStatus.ElsewhereProvider}'",
                row => (OfProject: row.GetInt64(0), OfUser: row.GetInt64(1)), project, owner);
            if (held[0].OfProject >= (limits.OfProject ?? long.MaxValue) || held[0].OfUser >= (limits.OfUser ?? long.MaxValue))
                return (null, null);
        }
        var lease = new Lease
        {
            Device = device,
            Job = job,
            Token = await StoredLeases.NextToken(connection, 1),
            Expires = expires,
            Provider = provider,
            Price = price,
            Since = sessions.Time.GetUtcNow(),
            Project = project,
            Owner = owner,
        };
        await connection.Execute(
            "insert into leases (token, device, job, expires, provider, price, since, project, owner, charged) "
            + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7)",
            lease.Token, device.Value, job.Value, expires.UtcTicks, provider, price, lease.Since.UtcTicks, project, owner);
        return ((Lease?)lease, Of(job));
    });

    public Task<IReadOnlyList<Lease>?> Renew(IReadOnlyList<Lease> leases) => Change<IReadOnlyList<Lease>?>(async connection =>
    {
        var tokens = leases.Select(l => l.Token).ToArray();
        var inForce = await connection.Scalar<long>(
            """
            select count(distinct l.token) from leases l
            join unnest($1::bigint[], $2::text[], $3::text[]) as w (token, device, job) using (token, device, job) where l.lost is null
            """,
            tokens, leases.Select(l => l.Device.Value).ToArray(), leases.Select(l => l.Job.Value).ToArray());
        if (inForce != leases.Count) return (null, null);
        var last = await StoredLeases.NextToken(connection, leases.Count);
        IReadOnlyList<Lease> renewed = [.. leases.Select((lease, i) => lease with { Token = last - leases.Count + 1 + i })];
        await connection.Execute(
            """
            update leases set token = w.next, expires = w.expires
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as w (token, next, expires) where leases.token = w.token
            """,
            tokens, renewed.Select(l => l.Token).ToArray(), renewed.Select(l => l.Expires.UtcTicks).ToArray());
        return (renewed, renewed.Count > 0 ? Of(renewed.Select(l => l.Job.Value)) : null);
    });

    public Task<bool> Revoke(long token, string reason, bool isBlameless) => Change(async connection =>
    {
        await charges.Charge(connection, "token = $1", token);
        var lost = await connection.Scalar<string>(
            "update leases set lost = $2, blameless = $3 where token = $1 and lost is null returning job", token, reason, isBlameless);
        return (lost is not null, lost is null ? null : Of(lost));
    });

    public Task<int> Release(JobId job, IReadOnlyCollection<long> tokens) => Change(async connection =>
    {
        await charges.Charge(connection, "token = any ($1) and job = $2", tokens.ToArray(), job.Value);
        var inForce = await connection.Rows(
            "delete from leases where token = any ($1) and job = $2 returning lost is null", row => row.GetBoolean(0), tokens.ToArray(),
            job.Value);
        return (inForce.Count(wasInForce => wasInForce), inForce.Count > 0 ? Of(job) : null);
    });

    public Task<LeaseSet> HeldBy(JobId job) => sessions.Read(async connection =>
    {
        const int First = StoredLeases.ColumnCount;
        // One statement, so that the version is that of the leases beside it.
        var rows = await connection.Rows(
            $"""
            select {StoredLeases.Columns}, d.description, l.lost, l.blameless, c.value,
                w.admitted is not null, coalesce(w.waits, ''), w.recall
            from counters c left join leases l on l.job = $1 left join devices d on d.id = l.device left join demands w on w.job = $1
            where c.name = 'ledger' order by l.device, l.token
            """,
            row => (
                Version: row.GetInt64(First + 3), Lease: StoredLeases.TryRead(row),
                Device: row.IsDBNull(First) ? null : StoredLeases.Device(row),
                Reason: row.IsDBNull(First + 1) ? null : row.GetString(First + 1),
                IsBlameless: !row.IsDBNull(First + 2) && row.GetBoolean(First + 2),
                IsAdmitted: row.GetBoolean(First + 4), Waits: row.GetString(First + 5),
                Recall: row.IsDBNull(First + 6) ? null : StoredJson.Read<DeviceRecall>(row.GetString(First + 6))),
            job.Value);
        return new LeaseSet(
            rows[0].Version,
            [.. rows.Where(r => r is { Lease: not null, Reason: null, Device: not null }).Select(r => new HeldLease(r.Lease!, r.Device!))],
            [.. rows.Where(r => r is { Lease: not null, Reason: not null }).OrderBy(r => r.Lease!.Token)
                .Select(r => new LostLease(r.Lease!, r.Reason!, r.IsBlameless))])
        {
            IsAdmitted = rows[0].IsAdmitted,
            Waits = rows[0].Waits,
            Recall = rows[0].Recall,
        };
    });

    public Task<LeaseNews> News(long since) => sessions.Read(async connection =>
    {
        // One statement, so that the version is that of the changes beside it.
        var rows = await connection.Rows(
            "select c.value, w.job, w.version from counters c left join lease_changes w on w.version > $1 where c.name = 'ledger'",
            row => (Version: row.GetInt64(0), Job: row.IsDBNull(1) ? null : row.GetString(1), At: row.IsDBNull(1) ? 0 : row.GetInt64(2)),
            since);
        var version = rows[0].Version;
        return new LeaseNews(version, !LeaseNews.IsKnown(version, since) ? null
            : rows.Where(r => r.Job is not null).ToDictionary(r => new JobId(r.Job!), r => r.At));
    });

    public Task Charge() => Change(async connection =>
    {
        await charges.ChargeAll(connection);
        // Who was away for longer is told that it may be any job.
        await connection.Execute(
            "delete from lease_changes where version < (select value from counters where name = 'ledger') - $1", LeaseNews.Kept);
        return (true, (string[]?)null);
    });

    public async Task<IReadOnlyList<DeviceUse>> Use(DateTimeOffset since) => await sessions.Read(connection => connection.Rows(
        "select project, owner, hour, seconds from device_use where hour >= $1 order by hour, project, owner",
        row => new DeviceUse(row.GetString(0), row.GetString(1), row.Time(2), row.GetDouble(3)), since.UtcTicks));

    public async Task<IReadOnlyList<ProjectLimits>> Limits() => await sessions.Read(connection => connection.Rows(
        "select limits from projects order by project", row => StoredJson.Read<ProjectLimits>(row.GetString(0))));

    public Task ChangeLimits(string project, Func<ProjectLimits, ProjectLimits> change) => Change(async connection =>
    {
        // There is a row to take then, also of a project that has none.
        await connection.Execute(
            "insert into projects (project, limits) values ($1, $2::text::json) on conflict do nothing",
            project, StoredJson.Write(new ProjectLimits { Project = project }));
        var before = await connection.Scalar<string>("select limits::text from projects where project = $1", project);
        var after = change(StoredJson.Read<ProjectLimits>(before!)) with { Project = project };
        StoreRules.CheckLimits(after);
        await connection.Execute(
            "update projects set limits = $2::text::json where project = $1", project, StoredJson.Write(after));
        return (true, OfNoJob);
    });

    private static string[] Of(params IEnumerable<string> jobs) => [.. jobs.Distinct()];

    private static string[] Of(JobId job) => [job.Value];

    /// <param name="change">Returns what came of it, and the jobs whose sets it changed; null where it changed nothing at all.</param>
    private Task<T> Change<T>(Func<NpgsqlConnection, Task<(T Result, string[]? Jobs)>> change) => sessions.Write(async connection =>
    {
        await connection.Execute("select value from counters where name = 'ledger' for update");
        var (result, jobs) = await change(connection);
        if (jobs is null) return result;
        await connection.Execute(
            """
            with counted as (update counters set value = value + 1 where name = 'ledger' returning value)
            insert into lease_changes (job, version) select w.job, counted.value from counted, unnest($1::text[]) as w (job)
            on conflict (job) do update set version = excluded.version
            """,
            (object)jobs);
        return result;
    });
}
