namespace AutoSelect.Communication.Tests;

public sealed class CollectiveQueueTests
{
    private const int Buckets = 6;

    [Theory]
    [InlineData(CollectiveOrder.Started)]
    [InlineData(CollectiveOrder.Priority)]
    public async Task Buckets_come_out_as_one_by_one(CollectiveOrder order) =>
        await Ranks.RunAsync(3, null, group =>
        {
            var expected = Enumerable.Range(0, Buckets).Select(b => Values(group, b)).ToArray();
            foreach (var values in expected) group.AllReduce(values);
            var actual = new float[Buckets][];
            for (var b = 0; b < Buckets; b++) actual[b] = new float[expected[b].Length];
            using var queue = new CollectiveQueue(group, order);
            var buckets = Enumerable.Range(0, Buckets).Select(b => queue.Add(actual[b], b)).ToArray();
            for (var step = 0; step < 5; step++)
            {
                for (var b = Buckets - 1; b >= 0; b--)
                {
                    Values(group, b).CopyTo(actual[b], 0);
                    buckets[b].Start();
                    // The ranks do not come along equally fast.
                    for (var i = 0; i < group.Rank * 20; i++) Thread.Yield();
                }
                for (var b = 0; b < Buckets; b++)
                {
                    buckets[b].Wait();
                    Assert.Equal(expected[b], actual[b]);
                    Assert.False(buckets[b].Pending);
                    Assert.True(buckets[b].Seconds > 0);
                }
            }
        });

    [Fact]
    public async Task Of_what_all_have_started_the_lowest_goes_first()
    {
        var order = new List<int>[] { [], [] };
        await Ranks.RunAsync(2, null, group =>
        {
            using var queue = new CollectiveQueue(group, CollectiveOrder.Priority);
            var values = Enumerable.Range(0, Buckets).Select(_ => new float[64]).ToArray();
            var buckets = Enumerable.Range(0, Buckets).Select(b => queue.Add(values[b], b)).ToArray();
            queue.Ran += bucket => order[group.Rank].Add(bucket.Priority);
            using (queue.Hold())
                for (var b = Buckets - 1; b >= 0; b--) buckets[b].Start();
            foreach (var bucket in buckets) bucket.Wait();
        });
        Assert.Equal(Enumerable.Range(0, Buckets), order[0]);
        Assert.Equal(order[0], order[1]);
    }

    [Fact]
    public async Task A_lost_rank_reaches_who_waits_for_a_bucket() =>
        await Ranks.RunAsync(2, null, group =>
        {
            if (group.Rank == 1)
            {
                group.Abort();
                return;
            }
            using var queue = new CollectiveQueue(group);
            var bucket = queue.Add(new float[10], 0);
            try
            {
                bucket.Start();
            }
            catch (RankLostException)
            {
                return;
            }
            Assert.Equal(1, Assert.Throws<RankLostException>(bucket.Wait).Rank);
            Assert.Equal(1, Assert.Throws<RankLostException>(bucket.Start).Rank);
        });

    [Fact]
    public async Task Starting_twice_is_refused_and_compressed_buckets_run_too() =>
        await Ranks.RunAsync(2, null, group =>
        {
            using var queue = new CollectiveQueue(group, CollectiveOrder.Started, processor: 0);
            var values = new float[100];
            Array.Fill(values, 1);
            var bucket = queue.Add(values, 4, new CompressedAllReduce(group, new Fp16Codec(), 100, false));
            using (queue.Hold())
            {
                bucket.Start();
                Assert.True(bucket.Pending);
                Assert.Contains("priority 4", Assert.Throws<InvalidOperationException>(bucket.Start).Message);
            }
            bucket.Wait();
            Assert.All(values, v => Assert.Equal(2, v));
        });

    [Fact]
    public async Task Steps_allocate_nothing() =>
        await Ranks.RunAsync(2, null, group =>
        {
            using var queue = new CollectiveQueue(group, CollectiveOrder.Priority);
            var buckets = Enumerable.Range(0, 4).Select(b => queue.Add(new float[100], b)).ToArray();
            long before = 0, beforeOnQueue = 0, afterOnQueue = 0;
            queue.Ran += _ => afterOnQueue = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 60; step++)
            {
                if (step == 40) (before, beforeOnQueue) = (GC.GetAllocatedBytesForCurrentThread(), afterOnQueue);
                foreach (var bucket in buckets) bucket.Start();
                foreach (var bucket in buckets) bucket.Wait();
            }
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(0, afterOnQueue - beforeOnQueue);
        });

    private static float[] Values(ProcessGroup group, int bucket) =>
        [.. Enumerable.Range(0, 1000 * (bucket + 1)).Select(i => MathF.Sin(i + group.Rank + 10 * bucket))];
}
