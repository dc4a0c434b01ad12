using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Communication.Tests;

public sealed class FormationTests
{
    [Fact]
    public async Task A_group_says_what_its_data_goes_over()
    {
        foreach (var (options, expected) in new[] { (new GroupOptions(), "shared memory"), (new() { Path = DataPath.Tcp }, "TCP"), (
            new() { Shape = new(12.5e6, 1e-3) }, "TCP slowed down in the process to 100 Mbit/s a rank and 1 ms latency") })
            await Ranks.RunAsync(2, options, group => Assert.Equal(expected, group.Description));
    }

    [Fact]
    public async Task Forming_names_the_rank_that_does_not_come()
    {
        var listeners = Ranks.Listen(3);
        var (time, options) = (new FakeTimeProvider(), new GroupOptions());
        var all = Ranks.Describe(listeners).Zip(listeners, (group, listener) => new GroupFormation(group, listener, options, time));
        var formations = all.Take(2).ToList();
        var joins = formations.ConvertAll(f => f.ConnectAsync(TestContext.Current.CancellationToken));
        // The time is over when these two have found each other.
        Assert.True(SpinWait.SpinUntil(() => formations.All(f => f.Control.Concat(f.Data).Count(s => s is not null) == 2), Ranks.Patience));
        time.Advance(options.JoinTimeout);
        foreach (var join in joins)
            Assert.Contains("120 s in vain for rank 2 of 3", (await Assert.ThrowsAsync<TimeoutException>(() => join)).Message);
        foreach (var formation in formations) formation.Close();
        foreach (var listener in listeners) listener.Dispose();
    }

    [Theory]
    [InlineData(false, "another group")]
    [InlineData(true, "another generation")]
    public async Task A_rank_of_another_group_is_refused_and_the_group_forms_without_it(bool sameToken, string reason)
    {
        var listeners = Ranks.Listen(2);
        var groups = Ranks.Describe(listeners, generation: 7);
        var stale = groups[1] with { Token = sameToken ? groups[1].Token : Guid.NewGuid(), Generation = 6 };
        var first = Ranks.JoinAsync(groups[0], listeners[0]);
        var refused = await Assert.ThrowsAsync<GroupRefusedException>(() => Ranks.JoinAsync(stale, Ranks.Listen(1)[0]));
        Assert.Contains(reason, refused.Message);
        using var second = await Ranks.JoinAsync(groups[1], listeners[1]);
        using var formed = await first;
        Assert.Equal((0, 1, 7), (formed.Rank, second.Rank, formed.Generation));
    }

    [Fact]
    public async Task Strangers_on_the_port_do_no_harm()
    {
        var listeners = Ranks.Listen(2);
        var groups = Ranks.Describe(listeners);
        using var silent = new TcpClient("127.0.0.1", listeners[0].Endpoint.Port);
        using var loud = new TcpClient("127.0.0.1", listeners[0].Endpoint.Port);
        await loud.GetStream().WriteAsync(new byte[500], TestContext.Current.CancellationToken);
        var both = await Task.WhenAll(groups.Zip(listeners, (group, listener) => Ranks.JoinAsync(group, listener)));
        await Ranks.RunAsync(both, group => group.Barrier());
        foreach (var group in both) group.Dispose();
    }

    [Fact]
    public async Task Nothing_is_left_in_shared_memory_while_a_group_lives()
    {
        var groups = await Ranks.FormAsync(3, new() { Path = DataPath.SharedMemory });
        Assert.DoesNotContain(Directory.EnumerateFiles(MachineIdentity.SharedMemoryFolder),
            file => file.Contains(Token(groups[0]), StringComparison.Ordinal));
        foreach (var group in groups) group.Dispose();
    }

    [Fact]
    public async Task Nothing_is_left_in_shared_memory_when_forming_fails()
    {
        var listeners = Ranks.Listen(2);
        var groups = Ranks.Describe(listeners);
        var hasty = new GroupOptions { JoinTimeout = TimeSpan.FromSeconds(.1) };
        await Assert.ThrowsAsync<TimeoutException>(() => Ranks.JoinAsync(groups[0], listeners[0], hasty));
        Assert.DoesNotContain(Directory.EnumerateFiles(MachineIdentity.SharedMemoryFolder),
            file => file.Contains(groups[0].Token.ToString("N"), StringComparison.Ordinal));
        listeners[1].Dispose();
    }

    [Theory]
    [InlineData(-1, 0, "Rank -1")]
    [InlineData(2, 0, "Rank 2 is outside 0 to 1")]
    [InlineData(0, -3, "Generation -3")]
    public async Task A_description_that_makes_no_sense_is_refused(int rank, long generation, string message)
    {
        var listeners = Ranks.Listen(2);
        var group = Ranks.Describe(listeners)[0] with { Rank = rank, Generation = generation };
        Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(() => Ranks.JoinAsync(group, listeners[0]))).Message);
        listeners[1].Dispose();
    }

    private static string Token(ProcessGroup group) => group.Token.ToString("N");
}
