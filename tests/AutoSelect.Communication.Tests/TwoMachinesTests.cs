namespace AutoSelect.Communication.Tests;

public sealed class TwoMachinesTests
{
    [Fact]
    public async Task Shared_memory_within_and_TCP_between_machines()
    {
        // Endpoints that say they are on two machines: ranks 0 and 1 on one, 2 and 3 on the other.
        var listeners = Ranks.Listen(4);
        var endpoints = listeners.Select((l, rank) => l.Endpoint with { Machine = rank < 2 ? "first" : "second" }).ToList();
        var described = Ranks.Describe(listeners).Select(g => g with { Endpoints = endpoints });
        var groups = await Task.WhenAll(described.Zip(listeners, (group, listener) => Ranks.JoinAsync(group, listener)));
        Assert.All(groups, g => Assert.Equal(("shared memory, TCP", false),
            (string.Join(", ", g.Description.Split(", ").Order(StringComparer.Ordinal).Reverse()), g.Local)));
        await Ranks.RunAsync(groups, group =>
        {
            AllReducePlan?[] plans =
            [
                null, AllReducePlan.Direct, AllReducePlan.Doubling, AllReducePlan.Ring(4), AllReducePlan.Hierarchical(new(2, 2)),
            ];
            foreach (var plan in plans)
                foreach (var count in new[] { 3, 5000, 400_000 })
                {
                    var values = new float[count];
                    Array.Fill(values, group.Rank + 1);
                    group.AllReduce(values, plan);
                    Assert.False(values.AsSpan().ContainsAnyExcept(10));
                }
        });
        foreach (var group in groups) group.Dispose();
    }

    [Fact]
    public async Task Shared_memory_alone_is_refused_between_machines()
    {
        var listeners = Ranks.Listen(2);
        var group = Ranks.Describe(listeners)[0];
        group = group with { Endpoints = [group.Endpoints[0], group.Endpoints[1] with { Machine = "elsewhere" }] };
        Assert.Contains("Only 1 of 2 ranks", (await Assert.ThrowsAsync<ArgumentException>(
            () => Ranks.JoinAsync(group, listeners[0], new() { Path = DataPath.SharedMemory }))).Message);
        listeners[1].Dispose();
    }

    public static TheoryData<GroupOptions, string> Senseless => new()
    {
        { new() { RingBytes = 5000 }, "Ring bytes 5000" },
        { new() { SilenceTimeout = TimeSpan.Zero }, "silence timeout 00:00:00" },
        { new() { JoinTimeout = TimeSpan.Zero }, "join timeout" },
        { new() { StallTimeout = TimeSpan.Zero }, "stall timeout" },
        { new() { SpinMicroseconds = -1 }, "spin time -1" },
    };

    [Theory]
    [MemberData(nameof(Senseless), DisableDiscoveryEnumeration = true)]
    public async Task Options_that_make_no_sense_are_refused(GroupOptions options, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(() => Ranks.FormAsync(1, options))).Message);
}
