using AutoSelect.Contracts;

namespace AutoSelect.Performance.Tests;

public sealed class RankPlannerTests
{
    private const double Alpha = 1e-4;
    private static readonly ExchangeOverlap[] All = Enum.GetValues<ExchangeOverlap>();

    /// <summary>4 million parameters in 4 layers; .1 s on one device, of which .03 s are the forward pass.</summary>
    private static readonly DataParallelQuestion Question = new()
    {
        Ranks = 2,
        Compute = new StepTimeForecast(0.1, 0.05, 0.7),
        Layers = [.. Enumerable.Range(0, 4).Select(_ => new LayerTime(3, 6, 1, 1_000_000, 1000))],
        Costs = new()
        {
            CastSecondsPerByte = 1e-10,
            QuantizeSecondsPerByte = 4e-10,
            SelectSecondsPerByte = 3e-10,
            MultiplyAddsPerSecond = 1e10,
        },
    };

    [Fact]
    public void Without_overlap_all_gradients_travel_as_one_message()
    {
        var chosen = Choose("fp32", 1e8, ExchangeOverlap.None);
        // Two ranks swap 16 MB once.
        Assert.Equal(0.1 + Alpha + 16e6 / 1e8, chosen.Forecast.Step.MedianSeconds, 1e-12);
        Assert.Equal(
            (ExchangeOverlap.None, 16_000_000L, true), (chosen.Plan.Overlap, chosen.Plan.BucketBytes, chosen.Plan.Hierarchy.IsEmpty));
    }

    [Fact]
    public void Beside_the_backward_pass_only_the_last_layer_shows()
    {
        // 4 MB take 4.1 ms, the backward pass of a layer 15 ms.
        var chosen = Choose("fp32", 1e9, ExchangeOverlap.None, ExchangeOverlap.Backward);
        Assert.Equal(0.1 + Alpha + 4e6 / 1e9, chosen.Forecast.Step.MedianSeconds, 1e-12);
        Assert.Equal(ExchangeOverlap.Backward, chosen.Plan.Overlap);
        Assert.InRange(chosen.Plan.BucketBytes, 1, 4_000_000); // each layer alone
    }

    [Theory]
    [InlineData("fp16", 4 * 1e-10 * 4e6 + Alpha * 2 + 8e6 / 1e8)]
    [InlineData("bf16", 4 * 1e-10 * 4e6 + Alpha * 2 + 8e6 / 1e8)]
    [InlineData("fp8-e5m2", 4 * 4e-10 * 4e6 + Alpha * 2 + 4e6 / 1e8)]
    [InlineData("topk-1", 4 * 3e-10 * 4e6 + Alpha + 8 * 4e4 / 1e8)] // each rank sends 40,000 entries once
    [InlineData("powersgd-2", (3 * 2 * 4e6 + 2 * 4 * 4000) / 1e10 + 2 * (Alpha + 4 * 2 * 4000 / 1e8))]
    [InlineData("diloco-10", (Alpha + 16e6 / 1e8) / 10)]
    [InlineData("local-sgd-4", (Alpha + 16e6 / 1e8) / 4)]
    public void Each_kind_is_charged_for_its_bytes_messages_and_work(string communication, double exchange) =>
        Assert.Equal(exchange, Choose(communication, 1e8, ExchangeOverlap.None).Forecast.Step.MedianSeconds - 0.1, 1e-9);

    [Fact]
    public void Asynchronous_ranks_wait_for_nothing()
    {
        var chosen = RankPlanner.Choose(
            Question with { Costs = new() { Interference = 0.2 } }, GradientCommunication.Parse("async"), Over(1e6), All);
        Assert.Equal(0.1 / 0.8, chosen.Forecast.Step.MedianSeconds, 1e-12);
        Assert.Equal(ExchangeOverlap.None, chosen.Plan.Overlap);
        Assert.Equal(chosen.Forecast.CommunicationSeconds, chosen.Forecast.HiddenSeconds);
    }

    [Fact]
    public void The_plan_runs_as_the_simulation_says()
    {
        var chosen = Choose("fp32", 1e8, All);
        var buckets = Bucket.Fuse(Question.Layers, chosen.Plan.BucketBytes);
        // Each bucket, and 8 bytes before it to agree which is next.
        var transfers = buckets.Select(b => new Transfer(b, Alpha + 8 / 1e8 + Alpha + 4e6 * (b.Last - b.First + 1) / 1e8)).ToArray();
        var layers = Question.Layers.Select(_ => new LayerTime(0.0075, 0.015, 0.0025, 1_000_000)).ToArray();
        Assert.Equal(
            CriticalPath.Simulate(layers, transfers, (OverlapMode)chosen.Plan.Overlap).Seconds, chosen.Forecast.Step.MedianSeconds, 1e-9);
        Assert.Equal(ExchangeOverlap.BackwardAndForward, chosen.Plan.Overlap);
    }

    [Fact]
    public void Many_ranks_over_a_slow_start_take_few_steps_and_a_hierarchy_that_fits()
    {
        var chosen = RankPlanner.Choose(Question with { Ranks = 6 }, GradientCommunication.Parse("fp32"), Over(1e9), ExchangeOverlap.None);
        // 3x2 and 2x3 take 6 latencies, the ring 10; all move 1.667 times the bytes; folding moves more.
        Assert.Equal(6, chosen.Plan.Hierarchy.Aggregate((a, b) => a * b));
        Assert.Equal(2, chosen.Plan.Hierarchy.Length);
        Assert.Equal(0.1 + 6 * Alpha + 2 * 5.0 / 6 * 16e6 / 1e9, chosen.Forecast.Step.MedianSeconds, 1e-12);
    }

    [Fact]
    public void One_device_exchanges_nothing()
    {
        var chosen = RankPlanner.Choose(Question with { Ranks = 1 }, GradientCommunication.Parse("none"), Over(1e8), All);
        Assert.Equal(0.1, chosen.Forecast.Step.MedianSeconds, 1e-12);
        Assert.Contains("2 devices", Assert.Throws<ArgumentException>(() => Choose("none", 1e8, All)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Choose("fp32", 1e8));
    }

    [Theory]
    [InlineData(false, false, 3), InlineData(true, false, 2), InlineData(false, true, 2)]
    public void What_needs_the_whole_gradient_permits_no_early_forward_pass(bool whole, bool clips, int permitted) =>
        Assert.Equal(All[..permitted], RankPlanner.Permitted(new StrategyCapabilities { NeedsWholeGradient = whole }, clips));

    private static RankPlan Choose(string communication, double bytesPerSecond, params ExchangeOverlap[] permitted) =>
        RankPlanner.Choose(Question, GradientCommunication.Parse(communication), Over(bytesPerSecond), permitted);

    private static CollectiveModel Over(double bytesPerSecond) =>
        CollectiveModel.Assumed(ranks => Topology.Flat(ranks, new Link("network", Alpha, 1 / bytesPerSecond)), logStandardDeviation: 0.2);
}
