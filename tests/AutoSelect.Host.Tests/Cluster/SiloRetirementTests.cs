using System.Net;
using System.Net.Sockets;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Storage.Postgres;
using AutoSelect.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Rows of silos that are gone, or only seem to be, over a real PostgreSQL.</summary>
public sealed class SiloRetirementTests(SharedPostgres shared) : IAsyncLifetime
{
    private static readonly IPEndPoint Own = new(IPAddress.Loopback, 11000);

    private string database = "";
    private PostgresStore store = null!;
    private PostgresMembershipTable table = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await (await shared.Server()).CreateDatabase();
        store = await PostgresStore.Open(database, ct: Ct);
        table = new PostgresMembershipTable(store, ClusterMembers.Name);
        await table.InitializeMembershipTable(true);
    }

    public ValueTask DisposeAsync() => store?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Silos_that_are_silent_and_cannot_be_reached_are_dead()
    {
        for (var i = 1; i <= 3; i++) await Insert(i, silentFor: 2);
        await Insert(4, silentFor: 2, SiloStatus.Joining);
        await Insert(5, silentFor: 2, SiloStatus.Dead);
        Assert.Equal(4, await Run(reachable: []));
        Assert.Equal(0, await Run(reachable: []));
        Assert.All((await table.ReadAll()).Members, m => Assert.Equal(SiloStatus.Dead, m.Item1.Status));
    }

    [Fact]
    public async Task A_silo_that_still_listens_lives_however_silent_it_is()
    {
        await Insert(1, silentFor: 1000);
        await Insert(2, silentFor: 1000);
        Assert.Equal(1, await Run(reachable: [1]));
        Assert.Equal([SiloStatus.Active, SiloStatus.Dead], await Statuses());
    }

    [Fact]
    public async Task A_silo_that_cannot_be_reached_is_given_the_time_for_a_sign_of_life()
    {
        // Far from the longest silence, whatever the machine does between here and the first look.
        await Insert(1, silentFor: 0);
        await Insert(2, silentFor: 598);
        var asked = 0;
        var retired = await Retirement(async (_, _) =>
        {
            // While it is waited for, one of them gives signs of life and goes on to.
            if (asked++ == 0) await Silence(1, -300);
            return false;
        }, longestSilence: 600).Run(Own, Ct);
        Assert.Equal(1, retired);
        Assert.Equal([SiloStatus.Active, SiloStatus.Dead], await Statuses());
    }

    [Fact]
    public async Task Whoever_had_this_silos_address_is_gone_at_once()
    {
        await Insert(0, silentFor: 0);
        Assert.Equal(1, await Run(reachable: []));
    }

    [Fact]
    public async Task Many_who_start_at_once_retire_each_silo_once()
    {
        for (var i = 1; i <= 5; i++) await Insert(i, silentFor: 20);
        var retired = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Run(reachable: [])));
        Assert.Equal(5, retired.Sum());
    }

    [Fact]
    public async Task A_port_is_listened_at_or_not()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = (IPEndPoint)listener.LocalEndpoint;
        Assert.True(await SiloRetirement.IsListening(address, Ct));
        listener.Stop();
        Assert.False(await SiloRetirement.IsListening(address, Ct));
    }

    private Task<int> Run(params int[] reachable) =>
        Retirement((silo, _) => Task.FromResult(reachable.Contains(silo.Port - Own.Port))).Run(Own, Ct);

    private SiloRetirement Retirement(Func<IPEndPoint, CancellationToken, Task<bool>> isListening, double longestSilence = 1) =>
        new(table, TimeProvider.System, isListening, NullLogger<SiloRetirement>.Instance)
        {
            LongestSilence = TimeSpan.FromSeconds(longestSilence),
        };

    private async Task<IEnumerable<SiloStatus>> Statuses() =>
        (await table.ReadAll()).Members.OrderBy(m => m.Item1.ProxyPort).Select(m => m.Item1.Status);

    private async Task Insert(int number, double silentFor, SiloStatus status = SiloStatus.Active)
    {
        var entry = new MembershipEntry
        {
            SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, Own.Port + number), number),
            Status = status,
            ProxyPort = number,
            HostName = "host",
            SiloName = "silo",
        };
        Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));
        await Silence(number, silentFor);
    }

    private async Task Silence(int number, double seconds) => await PostgresServer.Execute(
        database, $"update autoselect.silos set heard = clock_timestamp() - interval '{seconds} s' where gateway_port = {number}");
}
