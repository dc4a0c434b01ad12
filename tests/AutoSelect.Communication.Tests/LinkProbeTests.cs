namespace AutoSelect.Communication.Tests;

public sealed class LinkProbeTests
{
    [Theory]
    [InlineData(2, DataPath.SharedMemory), InlineData(3, DataPath.Tcp), InlineData(4, DataPath.SharedMemory)]
    public async Task All_ranks_learn_the_same_of_their_links_and_processors(int ranks, DataPath path)
    {
        var measured = new GroupMeasurement[ranks];
        await Ranks.RunAsync(ranks, new() { Path = path }, group => measured[group.Rank] = LinkProbe.Run(group, .1));
        var first = measured[0];
        Assert.All(measured, m => Assert.Equal(first.ToJson(), m.ToJson()));
        Assert.All(first.Collectives, m => Assert.True(m.IsUsable));
        Assert.Equal((ranks, true), (first.Ranks, first.Local));
        Assert.Contains(first.Collectives, m => m.Collective == Collective.DirectAllReduce);
        Assert.Contains(first.Collectives, m => m.Collective == Collective.AllGather);
        Assert.Equal(ranks == 4, first.Collectives.Any(m => m.Hierarchy.Count > 1));
        Assert.All([first.CastSecondsPerByte, first.QuantizeSecondsPerByte, first.SelectSecondsPerByte, first.CopySecondsPerByte,
            1 / first.MultiplyAddsPerSecond], cost => Assert.InRange(cost, 1e-14, 1e-3));
        Assert.InRange(first.Interference, 0, .95);
    }

    [Fact]
    public async Task Sizes_that_a_slow_network_has_no_time_for_are_left_out()
    {
        GroupMeasurement? measured = null;
        // 1 MiB would take .4 s a time.
        await Ranks.RunAsync(2, new() { Shape = new(2.5e6, 1e-3) }, group => measured = LinkProbe.Run(group, .5));
        Assert.False(measured!.Local);
        Assert.DoesNotContain(measured.Collectives, m => m.Bytes > 1 << 16);
        var ring = measured.Collectives.Last(m => m.Collective == Collective.AllReduce);
        // On a busy machine a smaller size may be the last.
        Assert.True(ring.Seconds >= ring.Bytes / 2.5e6, $"{ring.Bytes} bytes at 2.5 MB/s took {ring.Seconds} s");
    }

    [Fact]
    public async Task A_single_rank_measures_its_processor_alone()
    {
        await Ranks.RunAsync(1, null, group =>
        {
            var measured = LinkProbe.Run(group);
            Assert.Empty(measured.Collectives);
            Assert.True(measured.CastSecondsPerByte > 0);
            Assert.Equal(0, measured.Interference);
            Assert.Throws<ArgumentOutOfRangeException>(() => LinkProbe.Run(group, .01));
        });
    }

    [Fact]
    public void A_measurement_survives_its_json()
    {
        var measured = new GroupMeasurement
        {
            Ranks = 2,
            Local = true,
            Collectives =
            [
                new()
                {
                    Ranks = 2,
                    Hierarchy = new(2),
                    Bytes = 4096,
                    Seconds = 1e-5,
                    Transport = "TCP",
                    Collective = Collective.AllGather,
                },
            ],
            CastSecondsPerByte = 1e-10,
            Interference = .25,
        };
        var read = GroupMeasurement.Parse(measured.ToJson());
        Assert.Equal(measured.Collectives, read.Collectives);
        Assert.Equal(measured, read with { Collectives = measured.Collectives });
        Assert.StartsWith(
            "'{}' is no measurement", Assert.Throws<FormatException>(() => GroupMeasurement.Parse("{}")).Message, StringComparison.Ordinal);
    }
}
