namespace AutoSelect.Communication.Tests;

public sealed class CollectiveTests
{
    public static TheoryData<int, DataPath> Groups => new()
    {
        { 2, DataPath.SharedMemory },
        { 3, DataPath.SharedMemory },
        { 5, DataPath.SharedMemory },
        { 2, DataPath.Tcp },
        { 4, DataPath.Tcp },
    };

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Reduce_scatter_then_all_gather_is_an_all_reduce(int ranks, DataPath path) =>
        await Ranks.RunAsync(ranks, new() { Path = path }, group =>
        {
            foreach (var size in new[] { 0, 5, 100, 33_333 })
            {
                var values = Enumerable.Range(0, size).Select(i => (float)(i + group.Rank)).ToArray();
                group.ReduceScatter(values);
                group.AllGather(values);
                Assert.True(values.AsSpan().SequenceEqual(
                    [.. Enumerable.Range(0, size).Select(i => (float)(ranks * i + ranks * (ranks - 1) / 2))]));
            }
        });

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Parts_may_have_any_size(int ranks, DataPath path) =>
        await Ranks.RunAsync(ranks, new() { Path = path }, group =>
        {
            foreach (var unit in new[] { 7, 30_011 })
            {
                var counts = Enumerable.Range(0, ranks).Select(r => r * unit).ToArray(); // rank 0 has nothing
                var values = new float[counts.Sum()];
                Array.Fill(values, group.Rank + 1);
                group.ReduceScatter(values, counts);
                Assert.False(Partition.PartOf(values.AsSpan(), counts, group.Rank).ContainsAnyExcept(ranks * (ranks + 1) / 2));
                Partition.PartOf(values.AsSpan(), counts, group.Rank).Fill(group.Rank);
                group.AllGather(values, counts);
                for (var rank = 0; rank < ranks; rank++)
                    Assert.False(Partition.PartOf(values.AsSpan(), counts, rank).ContainsAnyExcept(rank));
            }
        });

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Broadcast_reaches_all_from_any_root(int ranks, DataPath path) =>
        await Ranks.RunAsync(ranks, new() { Path = path }, group =>
        {
            for (var root = 0; root < ranks; root++)
                foreach (var size in new[] { 0, 1, 777, 300_001 })
                {
                    var values = Enumerable.Range(0, size).Select(i => (byte)(group.Rank == root ? i % 251 + root : 0)).ToArray();
                    group.Broadcast(values, root);
                    Assert.True(values.AsSpan().SequenceEqual([.. Enumerable.Range(0, size).Select(i => (byte)(i % 251 + root))]));
                }
        });

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Nobody_passes_a_barrier_before_all_have_come(int ranks, DataPath path)
    {
        var come = 0;
        await Ranks.RunAsync(ranks, new() { Path = path }, group =>
        {
            for (var round = 1; round <= 20; round++)
            {
                Interlocked.Increment(ref come);
                group.Barrier();
                Assert.True(Volatile.Read(ref come) >= ranks * round);
                group.Barrier();
            }
        });
    }

    [Fact]
    public async Task Odd_bytes_leave_later_numbers_aligned() =>
        await Ranks.RunAsync(2, new() { Path = DataPath.SharedMemory, RingBytes = 4096 }, group =>
        {
            for (var i = 0; i < 50; i++)
            {
                group.Broadcast(new byte[1 + 13 * i], i % 2);
                var values = new float[1000 + i];
                Array.Fill(values, 1);
                group.AllReduce(values);
                Assert.False(values.AsSpan().ContainsAnyExcept(2));
            }
        });

    [Theory]
    [InlineData(DataPath.SharedMemory)]
    [InlineData(DataPath.Tcp)]
    public async Task Collectives_allocate_nothing(DataPath path) =>
        await Ranks.RunAsync(4, new() { Path = path }, group =>
        {
            var values = new float[20_000];
            AllReducePlan[] plans =
            [
                AllReducePlan.Direct, AllReducePlan.HalvingDoubling, AllReducePlan.Ring(4), AllReducePlan.Hierarchical(new(2, 2))
            ];
            void Round()
            {
                foreach (var plan in plans) group.AllReduce(values, plan);
                group.AllReduce(values.AsSpan(0, 10));
                group.ReduceScatter(values);
                group.AllGather(values);
                group.Broadcast(values, 1);
                group.Barrier();
            }

            for (var i = 0; i < 40; i++) Round();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 40; i++) Round();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        });

    [Fact]
    public async Task Counts_that_do_not_fit_are_refused() =>
        await Ranks.RunAsync(2, null, group =>
        {
            Assert.Contains("add up to 5", Assert.Throws<ArgumentException>(() => group.AllGather(new float[4], [2, 3])).Message);
            Assert.Contains("3 counts", Assert.Throws<ArgumentException>(() => group.ReduceScatter(new float[4], [2, 1, 1])).Message);
            Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => group.Broadcast(new float[4], 2)).Message);
        });
}
