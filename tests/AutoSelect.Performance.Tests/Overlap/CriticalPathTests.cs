namespace AutoSelect.Performance.Tests;

public sealed class CriticalPathTests(ITestOutputHelper output)
{
    private static readonly OverlapMode[] Modes = Enum.GetValues<OverlapMode>();
    private static readonly TransferOrder[] Orders = Enum.GetValues<TransferOrder>();

    /// <summary>Three layers: forward 1, 2, 3; backward 2, 4, 6; update 1 each. Buckets of one layer take 10, 5, 4.</summary>
    private static readonly LayerTime[] Three = [new(1, 2, 1, 10), new(2, 4, 1, 10), new(3, 6, 1, 10)];
    private static readonly Transfer[] Each = [new(new(2, 2), 4), new(new(1, 1), 5), new(new(0, 0), 10)];

    // Backward ends at 6, 10, 12. None: 12 + 19 + 3 + 6.
    // Backward: sends 6-10, 10-15, 15-25, updates to 28, forward to 34.
    // Both, by hand: layer 0 arrives at 25, 26 updated, 27 run, the others have arrived: + 1 + 2 + 1 + 3.
    [Theory]
    [InlineData(OverlapMode.None, 40), InlineData(OverlapMode.Backward, 34), InlineData(OverlapMode.BackwardAndForward, 34)]
    public void Three_layers_by_hand(OverlapMode mode, double expected) =>
        Assert.Equal(expected, CriticalPath.Simulate(Three, Each, mode).Seconds);

    // Layer 2's bucket takes 8, layer 1's 9, layer 0's 2. Backward ends at 6, 10, 12. First 6-14; then by readiness layer 1 14-23, layer 0
    // 23-25, run to 27 and on to 34; by layer: layer 0 14-16, run to 18; layer 1 16-25, to 28; layer 2 to 32.
    [Theory]
    [InlineData(TransferOrder.Readiness, 34), InlineData(TransferOrder.LowestLayer, 32)]
    public void Low_layers_first_by_hand(TransferOrder order, double expected)
    {
        Transfer[] transfers = [new(new(2, 2), 8), new(new(1, 1), 9), new(new(0, 0), 2)];
        Assert.Equal(expected, CriticalPath.Simulate(Three, transfers, OverlapMode.BackwardAndForward, order).Seconds);
    }

    [Fact]
    public void A_fused_bucket_waits_for_its_lowest_layer_by_hand()
    {
        // Layers 1 and 2 fused are complete at 10: 10-16, then layer 0 16-19.
        var iteration = CriticalPath.Simulate(Three, [new(new(1, 2), 6), new(new(0, 0), 3)], OverlapMode.Backward);
        Assert.Equal([16, 19], iteration.Arrivals);
        Assert.Equal(19 + 3 + 6, iteration.Seconds);
        Assert.Equal(21 + 9 - 28, iteration.HiddenSeconds);
    }

    [Fact]
    public void Interference_slows_computing_only_while_something_is_sent()
    {
        // Layer 2's backward takes 6 alone; its transfer of 4 takes half the speed from the next, which has done 2 of 4 by then: 6 + 4 + 2.
        // Layer 1's transfer 12-17 beside 2 of layer 0 at half speed (to 16), layer 0's 17-27, then 3 updates and 6 forward.
        Assert.Equal(36, CriticalPath.Simulate(Three, Each, OverlapMode.Backward, interference: 0.5).Seconds);
        Assert.Equal(40, CriticalPath.Simulate(Three, Each, OverlapMode.None, interference: 0.5).Seconds);
    }

    [Fact]
    public void The_simulation_is_the_brute_force_on_random_cases()
    {
        var random = new Random(11);
        for (var i = 0; i < 800; i++)
        {
            var (layers, transfers) = Generated(random);
            foreach (var mode in Modes)
            {
                Assert.Equal(TickedIteration.Seconds(layers, transfers, mode, w => w[0]),
                    CriticalPath.Simulate(layers, transfers, mode, TransferOrder.Readiness).Seconds, 1e-9);
                Assert.Equal(
                    TickedIteration.Seconds(layers, transfers, mode, w => w.MinBy(b => transfers[b].Bucket.First)),
                    CriticalPath.Simulate(layers, transfers, mode, TransferOrder.LowestLayer).Seconds, 1e-9);
            }
        }
    }

    [Fact]
    public void Without_overlap_it_is_the_sum_and_never_less_than_the_larger_part()
    {
        var random = new Random(12);
        for (var i = 0; i < 500; i++)
        {
            var (layers, transfers) = Generated(random);
            var (compute, communication) = (layers.Sum(l => l.Seconds), transfers.Sum(t => t.Seconds));
            Assert.Equal(compute + communication, CriticalPath.Simulate(layers, transfers, OverlapMode.None).Seconds, 1e-9);
            foreach (var order in Orders)
            {
                var backward = CriticalPath.Simulate(layers, transfers, OverlapMode.Backward, order);
                var both = CriticalPath.Simulate(layers, transfers, OverlapMode.BackwardAndForward, order);
                Assert.True(both.Seconds >= Math.Max(compute, communication) - 1e-9);
                Assert.True(both.Seconds <= backward.Seconds + 1e-9);
                Assert.True(backward.Seconds <= compute + communication + 1e-9);
            }
        }
    }

    [Fact]
    public void More_bandwidth_never_hurts_in_order_of_readiness_nor_before_the_next_forward()
    {
        var random = new Random(13);
        for (var i = 0; i < 500; i++)
        {
            var (layers, slow) = Generated(random);
            var fast = slow.Select(t => t with { Seconds = t.Seconds * random.Next(3, 10) / 10.0 }).ToArray();
            foreach (var mode in Modes)
            {
                Assert.True(Time(fast, mode, TransferOrder.Readiness) <= Time(slow, mode, TransferOrder.Readiness) + 1e-9);
                if (mode != OverlapMode.BackwardAndForward)
                    Assert.True(Time(fast, mode, TransferOrder.LowestLayer) <= Time(slow, mode, TransferOrder.LowestLayer) + 1e-9);
            }

            double Time(Transfer[] transfers, OverlapMode mode, TransferOrder order) =>
                CriticalPath.Simulate(layers, transfers, mode, order).Seconds;
        }
    }

    [Fact]
    public void Priority_can_lose_a_little_by_more_bandwidth()
    {
        // Graham's anomaly: a channel a sixth faster is free before layer 0 is complete (at 12), and takes layer 1 first.
        // 6-11, 11-13, layer 0 13-15.5, then 2 + 3 + 4; against 6-12, layer 0 12-15, layer 1 to 17.4, then 3 + 4.
        double[] seconds = [5, 2, 2.5];
        Assert.Equal(24.5, Time(1), 1e-9);
        Assert.Equal(24.4, Time(1.2), 1e-9);

        double Time(double slower) => CriticalPath.Simulate(
            Three, [.. Each.Select((t, i) => t with { Seconds = slower * seconds[i] })], OverlapMode.BackwardAndForward).Seconds;
    }

    [Fact]
    public void Some_order_of_the_channel_is_best_and_priority_is_close_to_it()
    {
        var random = new Random(14);
        double priority = 0, readiness = 0, best = 0;
        for (var i = 0; i < 150; i++)
        {
            var (layers, transfers) = Generated(random, atMost: 5);
            var least = Permutations([.. Enumerable.Range(0, transfers.Length)])
                .Min(p =>
                    TickedIteration.Seconds(layers, transfers, OverlapMode.BackwardAndForward, w => w.MinBy(b => Array.IndexOf(p, b))));
            var (byLayer, byReadiness) = (Time(TransferOrder.LowestLayer), Time(TransferOrder.Readiness));
            Assert.True(Math.Min(byLayer, byReadiness) >= least - 1e-9);
            (priority, readiness, best) = (priority + byLayer, readiness + byReadiness, best + least);

            double Time(TransferOrder order) => CriticalPath.Simulate(layers, transfers, OverlapMode.BackwardAndForward, order).Seconds;
        }
        output.WriteLine($"over the best order: priority {priority / best - 1:P2}, readiness {readiness / best - 1:P2}");
        Assert.True(priority < readiness);
        Assert.True(priority < 1.02 * best);
    }

    [Fact]
    public void Layers_are_fused_from_the_last_until_a_bucket_is_full()
    {
        LayerTime[] layers = [new(1, 1, 0, 100), new(1, 1, 0, 0), new(1, 1, 0, 50), new(1, 1, 0, 60), new(1, 1, 0, 0)];
        Assert.Equal([new Bucket(2, 3), new Bucket(0, 0)], Bucket.Fuse(layers, 400));
        Assert.Equal([new Bucket(3, 3), new Bucket(2, 2), new Bucket(0, 0)], Bucket.Fuse(layers, 0));
        Assert.Equal([new Bucket(0, 3)], Bucket.Fuse(layers, double.PositiveInfinity));
        Assert.Empty(Bucket.Fuse([new(1, 1, 0, 0)], 0));
    }

    [Fact]
    public void Nothing_to_send_leaves_the_computing() =>
        Assert.All(Modes, mode => Assert.Equal(4, CriticalPath.Simulate([new(1, 2, 1, 0)], [], mode).Seconds));

    [Fact]
    public void Buckets_that_do_not_fit_the_layers_are_refused()
    {
        Assert.Contains("Layer 2 has parameters and no bucket", Refused([new(new(0, 1), 1)]), StringComparison.Ordinal);
        Assert.Contains("Layer 1 is in two", Refused([new(new(1, 2), 1), new(new(0, 1), 1)]), StringComparison.Ordinal);
        Assert.Contains("0 to 3, of 3 layers", Refused([new(new(0, 3), 1)]), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => CriticalPath.Simulate(Three, Each, OverlapMode.None, interference: 1));

        static string Refused(Transfer[] transfers) =>
            Assert.Throws<ArgumentException>(() => CriticalPath.Simulate(Three, transfers, OverlapMode.Backward)).Message;
    }

    private static (LayerTime[] Layers, Transfer[] Transfers) Generated(Random random, int atMost = 9)
    {
        var layers = Enumerable.Range(0, random.Next(1, atMost))
            .Select(_ => new LayerTime(random.Next(0, 6), random.Next(0, 9), random.Next(0, 3), random.Next(0, 4))).ToArray();
        return (layers, [.. Bucket.Fuse(layers, random.Next(0, 24)).Select(b => new Transfer(b, random.Next(0, 12)))]);
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(first => Permutations([.. items.Where(i => i != first)]).Select(rest => (int[])[first, .. rest]));
}
