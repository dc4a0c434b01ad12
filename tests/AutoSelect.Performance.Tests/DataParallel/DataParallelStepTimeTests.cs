using AutoSelect.Communication;
using AutoSelect.Contracts;

namespace AutoSelect.Performance.Tests;

public sealed class DataParallelStepTimeTests
{
    /// <summary>10 million parameters in 10 layers; computing .1 s, of which the forward pass is three tenths.</summary>
    private static readonly DataParallelQuestion Question = new()
    {
        Ranks = 4,
        Compute = new StepTimeForecast(0.1, 0.05, 0.7),
        Layers = [.. Enumerable.Range(0, 10).Select(_ => new LayerTime(3, 6, 1, 1_000_000, 1000))],
    };

    private static readonly CommunicationPlan Plan = new() { Hierarchy = Hierarchy.Ring(4) };

    [Fact]
    public void Without_overlap_it_is_computing_and_communication()
    {
        // 1.5 · 40 MB over 125 MB/s, and six latencies.
        var forecast = Over(1e9).Predict(Question, Plan);
        Assert.Equal(0.1 + 1.5 * 40e6 / 125e6 + 6 * 1e-4, forecast.Step.MedianSeconds, 1e-9);
        Assert.Equal((40e6, 0.0), (forecast.BytesPerStep, Math.Round(forecast.HiddenSeconds, 9)));
        Assert.Equal(0.7, forecast.Step.EvaluationSeconds);
    }

    [Fact]
    public void Ranks_wait_for_the_slowest_and_copy_what_they_send()
    {
        // The largest of four steps lies 1.0294 deviations of 10 % above their mean; 40 MB are copied twice at 1 ns a byte.
        var question = Question with { Compute = Question.Compute with { Spread = 0.1 }, Costs = new() { CopySecondsPerByte = 1e-9 } };
        var exchange = 1.5 * 40e6 / 125e6 + 6 * 1e-4;
        Assert.Equal(0.1 * (1 + 0.1 * 1.0294) + 0.08 + exchange, Over(1e9).Predict(question, Plan).Step.MedianSeconds, 1e-5);
        // Meeting once in four steps, they wait half as long for each, and copy once.
        Assert.Equal(0.1 * (1 + 0.1 * 0.5147) + 0.02 + exchange / 4,
            Over(1e9).Predict(question, Plan with { LocalSteps = 4 }).Step.MedianSeconds, 1e-5);
        Assert.Equal(0.1, Over(1e9).Predict(question with { Ranks = 1 }, Plan).Step.MedianSeconds, 1e-9);
    }

    [Fact]
    public void Overlap_hides_what_fits_beside_the_backward_pass()
    {
        // At 40 Gbit/s a layer's all-reduce takes 1.2 ms + .6 ms and its backward pass 6 ms: only the last one shows.
        var forecast = Over(40e9).Predict(Question, Plan with { Overlap = OverlapMode.Backward, BucketBytes = 0 });
        Assert.Equal(0.1 + 1.5 * 4e6 / 5e9 + 6e-4, forecast.Step.MedianSeconds, 1e-9);
        Assert.Equal(0.9, forecast.HiddenSeconds / forecast.CommunicationSeconds, 1e-6);
    }

    [Fact]
    public void One_rank_computes_alone()
    {
        var forecast = Over(1e9).Predict(Question with { Ranks = 1 }, Plan);
        Assert.Equal(0.1, forecast.Step.MedianSeconds, 1e-12);
        Assert.Equal(0.05, forecast.Step.LogStandardDeviation, 1e-6);
        Assert.Equal(0, forecast.BytesPerStep);
    }

    [Fact]
    public void The_interval_is_that_of_whichever_part_decides()
    {
        var overlapped = Plan with { Overlap = OverlapMode.BackwardAndForward, BucketBytes = 0 };
        Assert.Equal(0.05, Over(1e12).Predict(Question, overlapped).Step.LogStandardDeviation, 0.005); // computing
        Assert.Equal(0.2, Over(1e8).Predict(Question, overlapped).Step.LogStandardDeviation, 0.01); // communication
        // Equal parts in a sum: variance (.05² + .2²)/4.
        var half = Over(8 * 1.5 * 40e6 / (0.1 - 6e-4)).Predict(Question, Plan).Step;
        Assert.Equal(Math.Sqrt(0.05 * 0.05 + 0.2 * 0.2) / 2, half.LogStandardDeviation, 0.005);
    }

    [Fact]
    public void Local_steps_share_one_exchange_and_compression_shrinks_it()
    {
        var (every, tenth) = (Over(1e8).Predict(Question, Plan), Over(1e8).Predict(Question, Plan with { LocalSteps = 10 }));
        Assert.Equal((every.Step.MedianSeconds - 0.1) / 10, tenth.Step.MedianSeconds - 0.1, 1e-9);
        Assert.Equal(every.BytesPerStep / 10, tenth.BytesPerStep);
        var half = Over(1e8).Predict(Question, Plan with { Compression = GradientCompression.Fp16 });
        Assert.Equal((every.CommunicationSeconds - 6e-4) / 2 + 6e-4 + 40e6 * new ProcessorCosts().CastSecondsPerByte,
            half.CommunicationSeconds, 1e-9);
    }

    [Fact]
    public void More_bandwidth_is_never_slower_under_the_best_plan()
    {
        var before = double.PositiveInfinity;
        foreach (var bandwidth in new[] { 1e7, 1e8, 1e9, 1e10, 1e11 })
        {
            var best = Search(bandwidth).Rank(Question, Plan, Enum.GetValues<OverlapMode>())[0].Seconds;
            Assert.InRange(best, 0.1, before);
            before = best;
        }
    }

    [Fact]
    public void The_search_prefers_overlap_where_there_is_something_to_hide_and_obeys_what_is_allowed()
    {
        var ranked = Search(2e9).Rank(Question, Plan, Enum.GetValues<OverlapMode>());
        Assert.Equal(OverlapMode.BackwardAndForward, ranked[0].Plan.Overlap);
        Assert.True(double.IsFinite(ranked[0].Plan.BucketBytes));
        Assert.Equal(ranked.OrderBy(p => p.Seconds), ranked);
        Assert.Equal(ranked[0].Seconds, Over(2e9).Predict(Question, ranked[0].Plan).Step.MedianSeconds);
        Assert.All(Search(2e9).Rank(Question, Plan, OverlapMode.None), p => Assert.Equal(OverlapMode.None, p.Plan.Overlap));
        Assert.All(Search(2e9).Rank(Question, Plan with { LocalSteps = 5 }, Enum.GetValues<OverlapMode>()),
            p => Assert.Equal(OverlapMode.None, p.Plan.Overlap));
    }

    [Fact]
    public void High_latency_wants_large_buckets_and_low_latency_small_ones()
    {
        var (high, low) = (Best(1e-2), Best(1e-7));
        Assert.True(high.BucketBytes > low.BucketBytes, $"{high.BucketBytes} bytes at 10 ms, {low.BucketBytes} at .1 us");

        CommunicationPlan Best(double latency) => Search(1e9, latency).Rank(Question, Plan, OverlapMode.Backward)[0].Plan;
    }

    [Fact]
    public void The_network_decides_which_compression_is_fastest()
    {
        GradientCompression[] all =
        [
            GradientCompression.Fp32, GradientCompression.Fp16, GradientCompression.Fp8, GradientCompression.PowerSgd(2)
        ];
        Assert.Equal("powersgd-2", Fastest(1e8));
        Assert.Equal("fp32", Fastest(1e12));

        string Fastest(double bandwidth) =>
            all.MinBy(c => Over(bandwidth).Predict(Question, Plan with { Compression = c }).Step.MedianSeconds)!.Name;
    }

    [Fact]
    public void Plans_and_questions_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Over(1e9).Predict(Question, Plan with { LocalSteps = 0 }));
        Assert.Contains("10 local steps", Assert.Throws<ArgumentException>(() => Over(1e9).Predict(
            Question, Plan with { LocalSteps = 10, Overlap = OverlapMode.Backward })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Over(1e9).Predict(Question with { Ranks = 0 }, Plan));
        Assert.Throws<ArgumentException>(() => Over(1e9).Predict(Question with { Layers = [] }, Plan));
    }

    private static PlanSearch Search(double bitsPerSecond, double latency = 1e-4) => new(Over(bitsPerSecond, latency));

    private static DataParallelStepTime Over(double bitsPerSecond, double latency = 1e-4) =>
        new(CollectiveModel.Assumed(
            ranks => Topology.Flat(ranks, Link.OfBandwidth("network", latency, bitsPerSecond, LinkSharing.None)),
            logStandardDeviation: 0.2));
}
