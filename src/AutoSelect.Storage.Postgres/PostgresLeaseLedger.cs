using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// Devices, demands and leases in a <see cref="PostgresStore"/>. Whoever changes them holds the ledger's row from the first look to the
/// commit, so that all changes have one order and versions grow in it. They are few: renewals by reports of devices are not written.
/// </summary>
internal sealed class PostgresLeaseLedger(PostgresSessions sessions) : ILeaseLedger
{
    public Task Put(DeviceDescription device, string provider) => Change(async connection =>
    {
        await connection.Execute(
            "insert into devices (id, provider, description) values ($1, $2, $3::text::json) "
            + "on conflict (id) do update set provider = excluded.provider, description = excluded.description",
            device.Id.Value, provider, StoredJson.Write(device));
        return (true, true);
    });

    public Task<JobId?> Remove(DeviceId device, string reason, bool isBlameless) => Change(async connection =>
    {
        var lost = await connection.Scalar<string>(
            "update leases set lost = $2, blameless = $3 where device = $1 and lost is null returning job",
            device.Value, reason, isBlameless);
        var rows = await connection.Execute("delete from devices where id = $1", device.Value);
        return (lost is null ? (JobId?)null : new JobId(lost), rows > 0 || lost is not null);
    });

    public async Task<IReadOnlyList<DeviceStatus>> Devices() => await sessions.Read(connection => connection.Rows(
        $"""
        select {StoredLeases.Columns}, d.description
        from devices d left join leases l on l.device = d.id and l.lost is null order by d.id
        """,
        row => new DeviceStatus { Device = StoredLeases.Device(row), Lease = StoredLeases.TryRead(row) }));

    public Task State(Demand demand, DateTimeOffset time)
    {
        StoreRules.CheckDemand(demand);
        return Change(async connection =>
        {
            if (demand.Most <= 0) await connection.Execute("delete from demands where job = $1", demand.Job.Value);
            else
            {
                await connection.Execute(
                    "insert into demands (job, since, demand) values ($1, $2, $3::text::json) "
                    + "on conflict (job) do update set demand = excluded.demand",
                    demand.Job.Value, time.UtcTicks, StoredJson.Write(demand));
            }
            return (true, true);
        });
    }

    public async Task<IReadOnlyList<Demand>> Demands() => await sessions.Read(connection =>
        connection.Rows("select demand from demands order by since, place", row => StoredJson.Read<Demand>(row.GetString(0))));

    public Task<Lease?> Grant(DeviceId device, JobId job, DateTimeOffset expires, double price) => Change(async connection =>
    {
        var provider = await connection.Scalar<string>(
            "select provider from devices d where id = $1 and not exists (select 1 from leases where device = d.id and lost is null)",
            device.Value);
        if (provider is null) return (null, false);
        var token = await StoredLeases.NextToken(connection, 1);
        await connection.Execute(
            "insert into leases (token, device, job, expires, provider, price) values ($1, $2, $3, $4, $5, $6)",
            token, device.Value, job.Value, expires.UtcTicks, provider, price);
        var lease = new Lease { Device = device, Job = job, Token = token, Expires = expires, Provider = provider, Price = price };
        return ((Lease?)lease, true);
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
        if (inForce != leases.Count) return (null, false);
        var last = await StoredLeases.NextToken(connection, leases.Count);
        IReadOnlyList<Lease> renewed = [.. leases.Select((lease, i) => lease with { Token = last - leases.Count + 1 + i })];
        await connection.Execute(
            """
            update leases set token = w.next, expires = w.expires
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as w (token, next, expires) where leases.token = w.token
            """,
            tokens, renewed.Select(l => l.Token).ToArray(), renewed.Select(l => l.Expires.UtcTicks).ToArray());
        return (renewed, renewed.Count > 0);
    });

    public Task<bool> Revoke(long token, string reason, bool isBlameless) => Change(async connection =>
    {
        var rows = await connection.Execute(
            "update leases set lost = $2, blameless = $3 where token = $1 and lost is null", token, reason, isBlameless);
        return (rows > 0, rows > 0);
    });

    public Task<int> Release(JobId job, IReadOnlyCollection<long> tokens) => Change(async connection =>
    {
        var inForce = await connection.Rows(
            "delete from leases where token = any ($1) and job = $2 returning lost is null", row => row.GetBoolean(0), tokens.ToArray(),
            job.Value);
        return (inForce.Count(wasInForce => wasInForce), inForce.Count > 0);
    });

    public Task<LeaseSet> HeldBy(JobId job) => sessions.Read(async connection =>
    {
        // One statement, so that the version is that of the leases beside it.
        var rows = await connection.Rows(
            $"""
            select {StoredLeases.Columns}, d.description, l.lost, l.blameless, c.value
            from counters c left join leases l on l.job = $1 left join devices d on d.id = l.device
            where c.name = 'ledger' order by l.device, l.token
            """,
            row => (
                Version: row.GetInt64(9), Lease: StoredLeases.TryRead(row), Device: row.IsDBNull(6) ? null : StoredLeases.Device(row),
                Reason: row.IsDBNull(7) ? null : row.GetString(7), IsBlameless: !row.IsDBNull(8) && row.GetBoolean(8)),
            job.Value);
        return new LeaseSet(
            rows[0].Version,
            [.. rows.Where(r => r is { Lease: not null, Reason: null, Device: not null }).Select(r => new HeldLease(r.Lease!, r.Device!))],
            [.. rows.Where(r => r is { Lease: not null, Reason: not null }).OrderBy(r => r.Lease!.Token)
                .Select(r => new LostLease(r.Lease!, r.Reason!, r.IsBlameless))]);
    });

    /// <param name="change">Returns what came of it, and whether anything was changed.</param>
    private Task<T> Change<T>(Func<NpgsqlConnection, Task<(T Result, bool IsChanged)>> change) => sessions.Write(async connection =>
    {
        await connection.Execute("select value from counters where name = 'ledger' for update");
        var (result, isChanged) = await change(connection);
        if (isChanged) await connection.Execute("update counters set value = value + 1 where name = 'ledger'");
        return result;
    });
}
