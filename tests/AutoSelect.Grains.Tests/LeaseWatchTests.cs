using AutoSelect.Contracts;
using AutoSelect.Storage;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>One look of a silo at the leases of all of its jobs.</summary>
public sealed class LeaseWatchTests : IAsyncDisposable
{
    private static readonly JobId A = new("a-1");
    private static readonly JobId B = new("b-1");

    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;
    private readonly HeldJobs held = new();
    private readonly LeaseWatch watch;

    public LeaseWatchTests()
    {
        store = SqliteStore.Open(folder["store.db"]);
        // It looks, and leaves it to its service to wake anybody.
        watch = new LeaseWatch(store.Leases, held, null!, new LeaseOptions(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        watch.Dispose();
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_job_is_to_be_woken_at_every_look_until_it_has_seen_what_changed()
    {
        var (a, b) = (await Hold(A), await Hold(B));
        Assert.Empty(await watch.Look());
        await State(A);
        Assert.Equal([A], await watch.Look());
        Assert.Equal([A], await watch.Look());
        await State(B);
        Assert.Equal([A, B], (await watch.Look()).OrderBy(j => j.Value));
        a.Seen = (await store.Leases.HeldBy(A)).Version;
        Assert.Equal([B], await watch.Look());
        b.Seen = a.Seen;
        Assert.Empty(await watch.Look());
    }

    [Fact]
    public async Task A_job_that_has_not_read_anything_yet_learns_what_changes_before_it_has()
    {
        var holding = new Holding();
        held.Add(A, holding);
        await State(A);
        Assert.Equal([A], await watch.Look());
        holding.Seen = (await store.Leases.HeldBy(A)).Version;
        Assert.Empty(await watch.Look());
    }

    [Fact]
    public async Task A_job_that_another_silo_holds_or_that_was_let_go_is_no_concern_of_this_one()
    {
        var holding = await Hold(A);
        await State(A);
        await State(B);
        Assert.Equal([A], await watch.Look());
        held.Remove(A, holding);
        Assert.Empty(await watch.Look());
        held.Add(A, new Holding { Seen = long.MaxValue });
        held.Remove(A, holding);
        Assert.Equal([A], held.All);
    }

    [Fact]
    public void What_changed_too_long_ago_to_be_told_may_be_any()
    {
        held.Add(A, new Holding { Seen = 5 });
        held.Add(B, new Holding { Seen = 9 });
        Assert.Equal([A], held.Behind(new LeaseNews(9, null)).Select(b => b.Key));
    }

    private async Task<Holding> Hold(JobId job)
    {
        var holding = new Holding { Seen = (await store.Leases.HeldBy(job)).Version };
        held.Add(job, holding);
        return holding;
    }

    private Task State(JobId job) => store.Leases.State(new Demand { Job = job, Least = 1, Most = 1 }, DateTimeOffset.UnixEpoch);
}
