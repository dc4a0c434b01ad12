using AutoSelect.Contracts;
using AutoSelect.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Where the ranks of a group learn each other's addresses.</summary>
public sealed class RendezvousTests : IAsyncLifetime
{
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly CallFaults calls = new();
    private ControlCluster? cluster;

    private IRendezvousGrain Group(string key = "group") => cluster!.Grains.GetGrain<IRendezvousGrain>(key);

    public async ValueTask InitializeAsync() => cluster = await ControlCluster.Start(folder.Path, time, calls: calls);

    public async ValueTask DisposeAsync()
    {
        await cluster!.DisposeAsync();
        folder.Dispose();
    }

    private static RankPlacement Place(int rank, int size = 2, long generation = 1) =>
        new() { Token = Guid.Empty, Generation = generation, Rank = rank, Size = size };

    private static RankAddress At(int port) => new("127.0.0.1", port, "machine");

    [Fact]
    public async Task Whoever_comes_first_waits_and_all_get_the_addresses_in_the_order_of_ranks()
    {
        var last = Group().Meet(Place(2, size: 3), At(12), Forever);
        var first = Group().Meet(Place(0, size: 3), At(10), Forever);
        Assert.False(first.IsCompleted || last.IsCompleted);

        var middle = await Group().Meet(Place(1, size: 3), At(11), Forever);

        Assert.Equal([At(10), At(11), At(12)], middle!.Value);
        Assert.Equal(middle, (await first)!.Value.AsEnumerable());
        Assert.Equal(middle, (await last)!.Value.AsEnumerable());
    }

    [Fact]
    public async Task A_wait_that_is_over_gives_nothing_and_may_be_taken_up_again()
    {
        var waiting = Group().Meet(Place(0), At(10), TimeSpan.FromMilliseconds(2));
        while (!waiting.IsCompleted)
        {
            // The call reaches the grain some time after it was made; the silo's own time-outs go by this clock too, so it must not run
            // ahead.
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.Null(await waiting);

        var again = Group().Meet(Place(0), At(10), Forever);
        Assert.NotNull(await Group().Meet(Place(1), At(11), Forever));
        Assert.NotNull(await again);
        Assert.NotNull(await Group().Meet(Place(0), At(10), Forever));
    }

    [Fact]
    public async Task Ranks_that_do_not_agree_are_refused_with_both_numbers()
    {
        var waiting = Group().Meet(Place(0, generation: 5), At(10), Forever);
        await HasCome();
        await Group("other").Meet(Place(0, size: 1), At(10), Forever);

        Assert.Contains("expects 3 ranks, the others of generation 5 expect 2", await Refusal(Place(1, size: 3, generation: 5), At(11)));
        Assert.Contains("Generation 4 of rank 1 is over: the group is at 5", await Refusal(Place(1, generation: 4), At(11)));
        Assert.Contains("came from 127.0.0.1:10 already and now from 127.0.0.1:99", await Refusal(Place(0, generation: 5), At(99)));
        Assert.Contains("Rank 2 of 2", await Refusal(Place(2, generation: 5), At(11)));
        Assert.NotNull(await Group().Meet(Place(1, generation: 5), At(11), Forever));
        Assert.NotNull(await waiting);
    }

    [Fact]
    public async Task A_newer_generation_replaces_one_that_is_waited_for()
    {
        var former = Group().Meet(Place(0, generation: 1), At(10), Forever);
        await HasCome();
        var newer = Group().Meet(Place(0, generation: 2), At(20), Forever);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => former);
        Assert.Contains("is over: the group is at 2", refusal.Message);
        Assert.NotNull(await Group().Meet(Place(1, generation: 2), At(21), Forever));
        Assert.Equal([At(20), At(21)], (await newer)!.Value);
    }

    /// <summary>The first call is there: on a busy machine the next may come before it.</summary>
    private Task HasCome() => calls.UntilBegun(nameof(IRendezvousGrain.Meet), 1);

    private async Task<string> Refusal(RankPlacement placement, RankAddress address) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => Group().Meet(placement, address, Forever))).Message;
}
