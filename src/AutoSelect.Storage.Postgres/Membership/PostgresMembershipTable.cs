using System.Globalization;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// The members of one cluster, in its store's database. A register: every change names the version that it stands on, takes the cluster's
/// row with it, and is refused when another came first. A sign of life changes neither version nor etag. Its time is kept by the clock of
/// the database and told by that of whoever reads: silos whose clocks differ do not take each other for dead.
/// </summary>
/// <param name="store">Where.</param>
/// <param name="cluster">Name of the cluster; several may share a database, but not its jobs.</param>
public sealed class PostgresMembershipTable(PostgresStore store, string cluster) : IMembershipTable
{
    private readonly PostgresSessions sessions = store.Sessions;

    public Task InitializeMembershipTable(bool tryInitTableVersion) => sessions.Write(connection =>
        connection.Execute("insert into clusters (id) values ($1) on conflict do nothing", cluster));

    public Task<MembershipTableData> ReadAll() => Read("");

    public Task<MembershipTableData> ReadRow(SiloAddress key) => Read(key.ToParsableString());

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => Change(tableVersion, async connection =>
    {
        var row = SiloRow.From(entry);
        return await connection.Execute(
            $"insert into silos ({SiloRow.Columns}, cluster, row_version) values ({SiloRow.Values}, $12, $13) on conflict do nothing",
            [.. row.ToValues(), cluster, tableVersion.Version]) > 0;
    });

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => Change(tableVersion, async connection =>
    {
        if (!int.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var rowVersion)) return false;
        var row = SiloRow.From(entry);
        return await connection.Execute(
            $"""
            update silos set ({SiloRow.Columns}, row_version, heard) = ({SiloRow.Values}, $13, clock_timestamp())
            where cluster = $12 and address = $1 and row_version = $14
            """,
            [.. row.ToValues(), cluster, tableVersion.Version, rowVersion]) > 0;
    });

    public Task UpdateIAmAlive(MembershipEntry entry) => sessions.Write(connection => connection.Execute(
        "update silos set alive = $3, heard = clock_timestamp() where cluster = $1 and address = $2",
        cluster, entry.SiloAddress.ToParsableString(), SiloRow.From(entry).Alive));

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => sessions.Write(connection => connection.Execute(
        "delete from silos where cluster = $1 and status = $2 and greatest(alive, started) < $3",
        cluster, (int)SiloStatus.Dead, beforeDate.UtcTicks));

    public Task DeleteMembershipTableEntries(string clusterId) => sessions.Write(connection => connection.Execute(
        "delete from clusters where id = $1", clusterId));

    /// <summary>Silos that are not known to be dead, with how long ago each gave its last sign of life by the database's clock.</summary>
    public Task<IReadOnlyList<(SiloAddress Silo, TimeSpan Silence)>> Silences() => sessions.Read(async connection =>
        (IReadOnlyList<(SiloAddress, TimeSpan)>)await connection.Rows(
            "select address, clock_timestamp() - heard from silos where cluster = $1 and status <> $2 order by address",
            row => (SiloAddress.FromParsableString(row.GetString(0)), row.GetTimeSpan(1)), cluster, (int)SiloStatus.Dead));

    /// <param name="address">Of one silo; empty for all.</param>
    private Task<MembershipTableData> Read(string address) => sessions.Read(async connection =>
    {
        // One statement, so that the rows are those of the version beside them.
        var rows = await connection.Rows(
            $"""
            select {SiloRow.Columns}, s.row_version, c.version, clock_timestamp() - s.heard
            from clusters c left join silos s on s.cluster = c.id and ($2 = '' or s.address = $2) where c.id = $1
            """,
            row => (
                Version: row.GetInt32(SiloRow.Count + 1),
                Member: row.IsDBNull(0) ? null : Member(row)),
            cluster, address);
        var version = rows is [var first, ..] ? first.Version : 0;
        return new MembershipTableData([.. rows.Select(r => r.Member).OfType<Tuple<MembershipEntry, string>>()],
            new TableVersion(version, Etag(version)));
    });

    /// <summary>Makes a change where the version that it stands on is the one in force; all or nothing.</summary>
    private Task<bool> Change(TableVersion next, Func<NpgsqlConnection, Task<bool>> change) => sessions.TryWrite(async connection =>
        await connection.Execute(
            "update clusters set version = $3 where id = $1 and version = $3 - 1 and version::text = $2",
            cluster, next.VersionEtag, next.Version) > 0
        && await change(connection));

    private Tuple<MembershipEntry, string> Member(NpgsqlDataReader row)
    {
        var entry = SiloRow.Read(row).ToEntry();
        entry.IAmAliveTime = sessions.Time.GetUtcNow().UtcDateTime - row.GetTimeSpan(SiloRow.Count + 2);
        return Tuple.Create(entry, Etag(row.GetInt32(SiloRow.Count)));
    }

    private static string Etag(int version) => version.ToString(CultureInfo.InvariantCulture);
}
