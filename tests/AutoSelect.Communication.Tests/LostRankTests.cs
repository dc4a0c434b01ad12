namespace AutoSelect.Communication.Tests;

public sealed class LostRankTests
{
    [Theory]
    [InlineData(DataPath.SharedMemory)]
    [InlineData(DataPath.Tcp)]
    public async Task A_killed_process_is_named_by_all_others(DataPath path)
    {
        using var ranks = await RankProcesses.StartAsync(4, path);
        ranks.Kill(2);
        // Rank 0 has no data from or to rank 2 in a ring: it is told. The silence timeout is far longer than the patience of these tests
        // allows.
        Assert.All(await ranks.SurvivorsAsync(2), line => Assert.Equal("lost 2 Closed", line));
        Assert.DoesNotContain(Directory.EnumerateFiles(MachineIdentity.SharedMemoryFolder),
            file => file.Contains(ranks.Token.ToString("N"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DataPath.SharedMemory)]
    [InlineData(DataPath.Tcp)]
    public async Task A_process_that_hangs_is_named_after_the_silence_timeout(DataPath path)
    {
        using var ranks = await RankProcesses.StartAsync(3, path, silence: 6);
        ranks.Freeze(1);
        Assert.All(await ranks.SurvivorsAsync(1), line => Assert.Equal("lost 1 Silent", line));
    }

    [Fact]
    public async Task An_abort_reaches_ranks_that_wait_for_others()
    {
        foreach (var path in new[] { DataPath.SharedMemory, DataPath.Tcp })
        {
            var lost = 0;
            await Ranks.RunAsync(4, new() { Path = path }, group =>
            {
                if (group.Rank == 3) group.Abort();
                var error = Assert.Throws<RankLostException>(group.Barrier);
                Assert.Equal((3, RankLoss.Aborted), (error.Rank, error.Loss));
                Assert.Contains($"Rank 3 of 4 aborted the group; generation 0 of the group is aborted on rank {group.Rank}", error.Message);
                Interlocked.Increment(ref lost);
            });
            Assert.Equal(4, lost);
        }
    }

    [Fact]
    public async Task A_rank_that_takes_no_part_is_named_after_the_stall_timeout() =>
        await Ranks.RunAsync(2, new() { StallTimeout = TimeSpan.FromSeconds(.3) }, group =>
        {
            if (group.Rank == 1)
            {
                while (true)
                {
                    try
                    {
                        using var turn = group.Enter();
                    }
                    catch (RankLostException)
                    {
                        break;
                    }
                    Thread.Yield();
                }
            }
            var error = Assert.Throws<RankLostException>(group.Barrier);
            Assert.Equal((1, RankLoss.Stalled), (error.Rank, error.Loss));
        });

    [Fact]
    public async Task A_rank_that_left_in_order_is_named_when_it_is_needed_and_its_last_data_counts()
    {
        foreach (var path in new[] { DataPath.SharedMemory, DataPath.Tcp })
        {
            var groups = await Ranks.FormAsync(2, new() { Path = path });
            await Ranks.RunAsync(groups, group =>
            {
                var values = new float[8];
                if (group.Rank == 0)
                {
                    group.Broadcast(values, 0);
                    group.Dispose();
                    return;
                }
                SpinWait.SpinUntil(() => group.HasLeft(0), Ranks.Patience);
                Array.Fill(values, 7);
                group.Broadcast(values, 0);
                Assert.All(values, v => Assert.Equal(0, v));
                var error = Assert.Throws<RankLostException>(group.Barrier);
                Assert.Equal((0, RankLoss.Left), (error.Rank, error.Loss));
            });
            groups[1].Dispose();
        }
    }

    [Fact]
    public async Task Disposing_a_rank_in_a_collective_aborts_the_others()
    {
        var groups = await Ranks.FormAsync(3);
        var waiting = Ranks.RunAsync(groups.Take(2), group => Assert.Throws<RankLostException>(group.Barrier));
        SpinWait.SpinUntil(() => groups[0].Busy, Ranks.Patience);
        groups[0].Dispose();
        await waiting;
        Assert.Equal(0, Assert.Throws<RankLostException>(groups[2].Barrier).Rank);
        Assert.Throws<ObjectDisposedException>(groups[0].Barrier);
        foreach (var group in groups) group.Dispose();
    }

    [Fact]
    public async Task Two_threads_may_not_be_in_collectives_at_once()
    {
        var groups = await Ranks.FormAsync(2);
        using (groups[0].Enter()) Assert.Contains("another thread", Assert.Throws<InvalidOperationException>(groups[0].Barrier).Message);
        await Ranks.RunAsync(groups, group => group.Barrier());
        foreach (var group in groups) group.Dispose();
    }
}
