using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AutoSelect.Communication.Tests;

public sealed class AllReduceTests
{
    private static readonly int[] sizes = [0, 1, 3, 17, 64, 1000, 4097, 70_001];

    public static TheoryData<int, DataPath> Groups()
    {
        var data = new TheoryData<int, DataPath>();
        foreach (var path in new[] { DataPath.SharedMemory, DataPath.Tcp })
            foreach (var ranks in new[] { 1, 2, 3, 4, 5, 6, 8 })
                data.Add(ranks, path);
        return data;
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Every_plan_sums_to_the_same_bits_on_all_ranks(int ranks, DataPath path)
    {
        AllReducePlan?[] plans = [null, AllReducePlan.HalvingDoubling with { BlockBytes = 4000 }, AllReducePlan.Direct,
            AllReducePlan.Doubling, AllReducePlan.HalvingDoubling, .. Hierarchy.All(ranks).Select(AllReducePlan.Hierarchical)];
        var results = new ConcurrentDictionary<(string Plan, int Size), ConcurrentBag<string>>();
        await Ranks.RunAsync(ranks, new() { Path = ranks == 1 ? DataPath.Automatic : path, RingBytes = 1 << 14 }, group =>
        {
            foreach (var plan in plans)
                foreach (var size in sizes)
                {
                    var values = Values(group.Rank, size);
                    group.AllReduce(values, plan);
                    for (var i = 0; i < size; i++)
                        if (!(Math.Abs(Sum(ranks, i) - values[i]) < 1e-4))
                            Assert.Fail($"{plan}: value {i} of {size} is {values[i]}, not {Sum(ranks, i)}");
                    results.GetOrAdd((plan?.ToString() ?? "default", size), _ => []).Add(Convert.ToHexString(
                        SHA256.HashData(MemoryMarshal.AsBytes<float>(values))));
                }
        });
        Assert.Equal(plans.Select(p => p?.ToString() ?? "default").Distinct().Count() * sizes.Length, results.Count);
        foreach (var (key, hashes) in results) Assert.True(hashes.Distinct().Count() == 1, $"{key} gave several results");
    }

    [Theory]
    [InlineData(DataPath.SharedMemory)]
    [InlineData(DataPath.Tcp)]
    public async Task A_repetition_gives_the_same_bits(DataPath path)
    {
        foreach (var plan in new[] { AllReducePlan.Direct, AllReducePlan.Doubling, AllReducePlan.HalvingDoubling, AllReducePlan.Ring(3) })
        {
            float[] first = [], second = [];
            for (var run = 0; run < 2; run++)
                await Ranks.RunAsync(3, new() { Path = path }, group =>
                {
                    var values = Values(group.Rank, 5000);
                    group.AllReduce(values, plan);
                    if (group.Rank == 0) (first, second) = (second, values);
                });
            Assert.Equal(first, second);
        }
    }

    [Fact]
    public async Task A_ring_sends_what_the_formula_says()
    {
        const int count = 1 << 14;
        foreach (var hierarchy in Hierarchy.All(8))
            await Ranks.RunAsync(8, null, group =>
            {
                group.AllReduce(new float[count], AllReducePlan.Hierarchical(hierarchy));
                double expected = 0, held = count * sizeof(float);
                foreach (var p in hierarchy.Levels)
                {
                    expected += 2 * (p - 1.0) / p * held;
                    held /= p;
                }
                Assert.Equal(expected, group.BytesSent);
            });
    }

    [Fact]
    public async Task A_plan_for_another_number_of_ranks_is_refused()
    {
        using var group = (await Ranks.FormAsync(1)).Single();
        var error = Assert.Throws<ArgumentException>(() => group.AllReduce(new float[4], AllReducePlan.Ring(3)));
        Assert.Contains("3 ranks, not 1", error.Message);
    }

    private static float[] Values(int rank, int size) => [.. Enumerable.Range(0, size).Select(i => Value(rank, i))];

    private static double Sum(int ranks, int i)
    {
        var sum = 0.0;
        for (var rank = 0; rank < ranks; rank++) sum += Value(rank, i);
        return sum;
    }

    // Not exact in binary, so that the order of adding shows in the last bits.
    private static float Value(int rank, int i) => MathF.Sin(.37f * i + rank) + .1f * rank;
}
