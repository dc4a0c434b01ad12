using System.Runtime.InteropServices;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

public sealed class GradientExchangeTests : RankedTrainingTest
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Ranks_train_as_one_rank_does_up_to_the_order_of_summation(int ranks)
    {
        var alone = TrainAlone(Shared(60, "none", ranks: 1));
        var together = TrainTogether(Shared(60, "fp32", ranks, trial: "t02"));
        Assert.All(together, t => Assert.Equal((SegmentEnd.BudgetReached, 60L, ""), (t.Report.End, t.Report.Step, t.Report.Reason)));
        Assert.InRange(Apart(alone.Report.Checkpoint!, together[0].Report.Checkpoint!), 0, 1e-4);
        Assert.Equal(alone.Recorder.Points.Select(p => p.Step), together[0].Recorder.Points.Select(p => p.Step));
        foreach (var (a, b) in alone.Recorder.Points.Zip(together[0].Recorder.Points)) Assert.Equal(a.TrainingLoss, b.TrainingLoss, 1e-4);
        Assert.InRange(together[0].Recorder.Points[^1].Value, .6, 1);
    }

    [Fact]
    public void Only_the_leader_tells_and_writes()
    {
        var together = TrainTogether(Shared(40, "fp32", checkpointEvery: 0));
        Assert.Empty(together[1].Recorder.Points);
        Assert.Empty(together[1].Recorder.Checkpoints);
        Assert.NotEmpty(together[0].Recorder.Checkpoints);
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, "t01")));
    }

    [Theory]
    [InlineData("fp32", 1, ExchangeOverlap.Backward)]
    [InlineData("fp32", 4 << 20, ExchangeOverlap.Backward)]
    [InlineData("fp8-e4m3", 300, ExchangeOverlap.Backward)]
    [InlineData("fp32", 1, ExchangeOverlap.BackwardAndForward)]
    [InlineData("fp32", 4 << 20, ExchangeOverlap.BackwardAndForward)]
    [InlineData("fp8-e4m3", 300, ExchangeOverlap.BackwardAndForward)]
    public void Overlap_changes_no_bit(string communication, long bucketBytes, ExchangeOverlap overlap)
    {
        var plain = TrainTogether(Shared(40, communication, plan: new() { BucketBytes = bucketBytes }));
        var overlapped = TrainTogether(Shared(
            40, communication, trial: "t02", plan: new() { BucketBytes = bucketBytes, Overlap = overlap }));
        Assert.Equal("", overlapped[0].Report.Reason);
        Assert.Equal(RankedStateOf(plain[0].Report.Checkpoint!), RankedStateOf(overlapped[0].Report.Checkpoint!));
    }

    [Theory]
    [InlineData("fp16")]
    [InlineData("bf16")]
    [InlineData("fp8-e4m3")]
    [InlineData("fp8-e5m2")]
    [InlineData("powersgd-1")]
    [InlineData("topk-10")]
    [InlineData("local-sgd-4")]
    [InlineData("diloco-5")]
    public void A_run_that_was_interrupted_goes_on_bit_by_bit(string communication)
    {
        var whole = TrainTogether(Shared(60, communication));
        var first = TrainTogether(Shared(40, communication, trial: "t02"));
        Assert.All(first, t => Assert.Equal("", t.Report.Reason));
        var second = TrainTogether(Shared(60, communication, trial: "t02", from: first[0].Report.Checkpoint));
        Assert.Equal(RankedStateOf(whole[0].Report.Checkpoint!), RankedStateOf(second[0].Report.Checkpoint!));
        Assert.InRange(whole[0].Recorder.Points[^1].Value, .6, 1);
        Assert.True(whole[0].Recorder.Points[^1].Diagnostics!["communication.bytesPerStep"] > 0);
    }

    [Theory]
    [InlineData("fp8-e5m2", 2, 4)]
    [InlineData("topk-10", 4, 2)]
    [InlineData("diloco-5", 2, 4)]
    [InlineData("fp16", 4, 1)]
    public void The_number_of_ranks_may_change_between_segments(string communication, int before, int after)
    {
        var first = TrainTogether(Shared(40, communication, before));
        var next = Shared(80, communication, after, from: first[0].Report.Checkpoint);
        var second = after == 1 ? [TrainAlone(next)] : TrainTogether(next);
        Assert.All(second, t => Assert.Equal((SegmentEnd.BudgetReached, 80L, ""), (t.Report.End, t.Report.Step, t.Report.Reason)));
        Assert.Equal(40 / 10 + 4, first[0].Recorder.Points.Concat(second[0].Recorder.Points).Count(p => p.Step % 10 == 0));
        Assert.True(second[0].Recorder.Points[^1].Value >= first[0].Recorder.Points[^1].Value - .05);
    }

    [Fact]
    public void Error_feedback_is_divided_anew_without_loss()
    {
        var sums = RankThreads.Run(3, ranks =>
        {
            using var scope = NewDisposeScope();
            var (own, all) = (new StateDictionary(), new StateDictionary());
            own.Set("layer.weight", tensor(new[] { 1f + ranks.Rank, -2f * ranks.Rank }));
            RankStates.Gather(ranks, own, all.Part("own"));
            Assert.Equal(3, RankStates.CountIn(all.Part("own")));
            Assert.Equal(own.Get("layer.weight").data<float>().ToArray(),
                RankStates.StateOfRank(all.Part("own"), ranks.Rank).Get("layer.weight").data<float>().ToArray());
            return RankStates.Redivided(all.Part("own"), 4).Get("layer.weight").mul(4).data<float>().ToArray();
        });
        Assert.All(sums, sum => Assert.Equal([6f, -6f], sum));
    }

    [Fact]
    public void Buckets_are_complete_in_the_backward_pass_but_for_the_first_layer_s()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("a", Linear(3, 3)), ("b", Linear(3, 3)), ("relu", ReLU()), ("c", Linear(3, 2)));
        var told = new List<(int Bucket, float Norm)>();
        var layers = BucketPlan.Layers(model).Select(l => l.Parameters.Select(p => p.Parameter).ToList()).Reverse().ToList();
        using var watch = new BackwardWatch(
            model, layers, needed: _ => { }, complete: bucket => told.Add((bucket, layers[bucket][0].grad!.norm().item<float>())));
        model.call(randn(4, 3)).sum().backward();
        Assert.Empty(told);
        foreach (var parameter in model.parameters()) parameter.grad!.zero_();
        watch.Arm();
        model.call(randn(4, 3)).sum().backward();
        Assert.Equal([0, 1], told.Select(t => t.Bucket));
        // A bucket told of holds its gradient to the end.
        Assert.All(told, t => Assert.Equal(layers[t.Bucket][0].grad!.norm().item<float>(), t.Norm));
    }

    [Fact]
    public void Modifiers_see_the_whole_batch_s_gradient()
    {
        var modifiers = new Modifiers
        {
            ClipNorm = .2,
            MixupAlpha = .4,
            LabelSmoothing = .05,
            SamRho = .05,
            Cautious = true,
            MicroBatch = 4,
        };
        var alone = TrainAlone(Shared(30, "none", ranks: 1, modifiers: modifiers));
        var together = TrainTogether(Shared(
            30, "fp32", trial: "t02", modifiers: modifiers, plan: new() { Overlap = ExchangeOverlap.Backward, BucketBytes = 1 }));
        Assert.All(together, t => Assert.Equal("", t.Report.Reason));
        Assert.InRange(Apart(alone.Report.Checkpoint!, together[0].Report.Checkpoint!), 0, 1e-3);
    }

    [Fact]
    public void An_order_to_one_rank_is_followed_by_all()
    {
        var together = TrainTogether(Shared(100_000, "fp32"),
            recorders: rank => new Recorder { Orders = poll => rank == 1 && poll > 5 ? SegmentOrder.Interrupt : SegmentOrder.Continue });
        Assert.All(together, t => Assert.Equal(SegmentEnd.Interrupted, t.Report.End));
        Assert.Equal(together[0].Report.Step, together[1].Report.Step);
        Assert.NotNull(together[0].Report.Checkpoint);
    }

    [Fact]
    public void A_number_torn_under_libtorch_gives_the_trial_up_and_not_its_checkpoint()
    {
#pragma warning disable CA2201 // As TorchSharp throws it.
        var torn = new ExternalException("Unknown scalar type.\nException raised from type at Scalar.h");
#pragma warning restore CA2201
        var together = TrainTogether(Shared(100_000, "fp32", checkpointEvery: 0),
            recorders: rank => new Recorder { Orders = poll => rank == 1 && poll > 8 ? throw torn : SegmentOrder.Continue });
        Assert.Equal((SegmentEnd.DeviceLost, SegmentEnd.RankLost), (together[1].Report.End, together[0].Report.End));
        Assert.EndsWith("still reading (dotnet/TorchSharp#1434): Unknown scalar type.", together[1].Report.Reason);
        Assert.True(File.Exists(together[0].Report.Checkpoint!.Uri));
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("async")]
    public void A_lost_rank_ends_the_segment_and_leaves_the_last_checkpoint(string communication)
    {
        var together = TrainTogether(Shared(100_000, communication, checkpointEvery: 0), recorders: rank => new Recorder
        {
            Orders = poll => rank == 1 && poll > 8 ? throw new InvalidOperationException("this rank breaks") : SegmentOrder.Continue,
        });
        Assert.Equal((SegmentEnd.Failed, SegmentEnd.RankLost), (together[1].Report.End, together[0].Report.End));
        Assert.Contains("Rank 1", together[0].Report.Reason);
        Assert.True(File.Exists(together[0].Report.Checkpoint!.Uri));
    }
}
