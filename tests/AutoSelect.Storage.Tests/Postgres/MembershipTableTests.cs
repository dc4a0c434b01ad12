using System.Net;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>What Orleans expects of a table of members.</summary>
public sealed class MembershipTableTests(PostgresTemplate template) : IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_new_table_is_empty_and_making_it_again_changes_nothing()
    {
        var table = await Table();
        var data = await table.ReadAll();
        Assert.Equal((0, 0), (data.Members.Count, data.Version.Version));
        Assert.NotEmpty(data.Version.VersionEtag);
        await Insert(table, Entry(1));
        await table.InitializeMembershipTable(true);
        Assert.Equal((1, 1), (Single(await table.ReadAll()).Count, (await table.ReadAll()).Version.Version));
    }

    [Fact]
    public async Task A_row_comes_back_as_it_was_inserted()
    {
        var table = await Table();
        var entry = Entry(1);
        entry.SuspectTimes = [Tuple.Create(Address(2), Time(3)), Tuple.Create(Address(3), Time(4))];
        entry.RoleName = "control";
        (entry.UpdateZone, entry.FaultZone) = (2, 3);
        await Insert(table, entry);
        await Insert(table, Entry(2));
        Assert.Equal(Canonical(entry), Canonical((await table.ReadRow(entry.SiloAddress)).Members.Single().Item1));
        Assert.Equal(2, (await table.ReadAll()).Members.Count);
        Assert.Empty((await table.ReadRow(Address(9))).Members);
        Assert.Equal(2, (await table.ReadRow(Address(9))).Version.Version);
    }

    [Fact]
    public async Task A_row_is_inserted_once_and_at_the_version_in_force()
    {
        var table = await Table();
        var version = (await table.ReadAll()).Version;
        Assert.True(await table.InsertRow(Entry(1), version.Next()));
        Assert.False(await table.InsertRow(Entry(2), version.Next()));
        Assert.False(await table.InsertRow(Entry(1), (await table.ReadAll()).Version.Next()));
        Assert.False(await table.InsertRow(Entry(3), new TableVersion(7, "1")));
        Assert.False(await table.InsertRow(Entry(3), new TableVersion(2, "bogus")));
        Assert.Equal((1, 1), (Single(await table.ReadAll()).Count, (await table.ReadAll()).Version.Version));
    }

    [Fact]
    public async Task A_row_is_updated_with_its_own_etag_at_the_version_in_force()
    {
        var table = await Table();
        var entry = Entry(1);
        await Insert(table, entry);
        await Insert(table, Entry(2));
        var (etag, version) = ((await table.ReadRow(entry.SiloAddress)).Members[0].Item2, (await table.ReadAll()).Version);
        entry.Status = SiloStatus.Active;
        Assert.False(await table.UpdateRow(entry, "99", version.Next()));
        Assert.False(await table.UpdateRow(entry, "", version.Next()));
        Assert.False(await table.UpdateRow(Entry(9), etag, version.Next()));
        Assert.False(await table.UpdateRow(entry, etag, version));
        Assert.True(await table.UpdateRow(entry, etag, version.Next()));
        Assert.False(await table.UpdateRow(entry, etag, version.Next()));
        Assert.False(await table.UpdateRow(entry, etag, (await table.ReadAll()).Version.Next()));
        var data = await table.ReadAll();
        Assert.Equal(3, data.Version.Version);
        Assert.Equal(Canonical(entry), Canonical(data.TryGet(entry.SiloAddress)!.Item1));
    }

    [Fact]
    public async Task A_sign_of_life_changes_neither_version_nor_etags_nor_anything_else()
    {
        var table = await Table();
        var entry = Entry(1);
        await Insert(table, entry);
        await database.Execute("update autoselect.silos set heard = heard - interval '1 hour'");
        var before = await table.ReadAll();
        await table.UpdateIAmAlive(new MembershipEntry { SiloAddress = entry.SiloAddress, IAmAliveTime = Time(77) });
        await table.UpdateIAmAlive(new MembershipEntry { SiloAddress = Address(9), IAmAliveTime = Time(77) });
        var after = await table.ReadAll();
        Assert.Equal((before.Version.Version, before.Version.VersionEtag), (after.Version.Version, after.Version.VersionEtag));
        Assert.Equal(Canonical(entry), Canonical(after.Members.Single().Item1));
        entry.Status = SiloStatus.Active;
        Assert.True(await table.UpdateRow(entry, before.Members[0].Item2, before.Version.Next()));
    }

    [Fact]
    public async Task Signs_of_life_have_the_time_of_the_database_whatever_the_clocks_of_silos_say()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(Time(0)));
        await using var store = await PostgresJobs.Open(await database.Connection(), clock);
        var table = new PostgresMembershipTable(store, "autoselect");
        await table.InitializeMembershipTable(true);
        var entry = Entry(1);
        entry.IAmAliveTime = Time(-100_000);
        await Insert(table, entry);
        Assert.InRange((await table.ReadAll()).Members.Single().Item1.IAmAliveTime, Time(-3600), Time(0));
        await database.Execute("update autoselect.silos set heard = heard - interval '2 hours'");
        Assert.InRange((await table.ReadAll()).Members.Single().Item1.IAmAliveTime, Time(-3 * 3600), Time(-2 * 3600));
        Assert.InRange((await table.Silences()).Single().Silence, TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        await table.UpdateIAmAlive(entry);
        Assert.InRange((await table.ReadAll()).Members.Single().Item1.IAmAliveTime, Time(-3600), Time(0));
    }

    [Fact]
    public async Task Rows_of_silos_that_died_before_a_date_are_removed_and_no_others()
    {
        var table = await Table();
        foreach (var (status, number) in Enum.GetValues<SiloStatus>().Where(s => s != SiloStatus.None).Select((s, i) => (s, i)))
        {
            var old = Entry(number, status);
            await Insert(table, old);
        }
        var young = Entry(50, SiloStatus.Dead);
        young.IAmAliveTime = Time(1000);
        await Insert(table, young);
        var before = await table.ReadAll();
        await table.CleanupDefunctSiloEntries(new DateTimeOffset(Time(500)));
        var after = await table.ReadAll();
        Assert.Equal(before.Members.Count - 1, after.Members.Count);
        Assert.Equal(young.SiloAddress, Assert.Single(after.Members, m => m.Item1.Status == SiloStatus.Dead).Item1.SiloAddress);
        Assert.Equal(before.Version.Version, after.Version.Version);
    }

    [Fact]
    public async Task Clusters_of_one_database_do_not_see_each_other()
    {
        var (one, other) = (await Table(), await Table("other"));
        await Insert(one, Entry(1));
        Assert.Empty((await other.ReadAll()).Members);
        await Insert(other, Entry(2));
        await one.DeleteMembershipTableEntries("autoselect");
        Assert.Empty((await one.ReadAll()).Members);
        Assert.Single((await other.ReadAll()).Members);
    }

    [Fact]
    public async Task Of_many_who_change_the_table_exactly_one_gets_each_version()
    {
        PostgresMembershipTable[] tables = [await Table(), await Table()];
        var entry = Entry(1);
        var inserted = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => tables[i % 2].InsertRow(entry, new TableVersion(1, "0"))));
        Assert.Single(inserted, ok => ok);
        var history = new MembershipHistory();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var won = 0; won < 12;) if (await history.Change(tables[writer % 2], entry.SiloAddress, writer)) won++;
        })));
        history.Check(first: 2, last: 1 + 8 * 12);
        Assert.Equal(1 + 8 * 12, (await tables[0].ReadAll()).Version.Version);
    }

    /// <summary>All of a row but its sign of life.</summary>
    private static string Canonical(MembershipEntry entry)
    {
        var suspects = entry.SuspectTimes!.Select(s => $"{s.Item1.ToParsableString()} {s.Item2:O}");
        return $"{entry.SiloAddress.ToParsableString()} {entry.Status} {entry.HostName} {entry.SiloName} {entry.RoleName ?? ""} "
            + $"{entry.ProxyPort} {entry.UpdateZone} {entry.FaultZone} {entry.StartTime:O} {string.Join(", ", suspects)}";
    }

    private static IReadOnlyList<Tuple<MembershipEntry, string>> Single(MembershipTableData data) => [Assert.Single(data.Members)];

    private async Task<PostgresMembershipTable> Table(string cluster = "autoselect")
    {
        var table = new PostgresMembershipTable(await database.Open(), cluster);
        await table.InitializeMembershipTable(true);
        return table;
    }

    private static async Task Insert(PostgresMembershipTable table, MembershipEntry entry) =>
        Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));

    private static MembershipEntry Entry(int number, SiloStatus status = SiloStatus.Joining) => new()
    {
        SiloAddress = Address(number),
        Status = status,
        HostName = $"host{number}",
        SiloName = $"silo{number}",
        ProxyPort = 30000 + number,
        StartTime = Time(1),
        IAmAliveTime = Time(2),
        SuspectTimes = [],
    };

    private static SiloAddress Address(int number) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 10000 + number), number);

    private static DateTime Time(int second) => new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddSeconds(second);
}
