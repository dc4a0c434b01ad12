using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Training.Ranks;

namespace AutoSelect.Training.Tests;

/// <summary>
/// Segments whose ranks exchange by NCCL, against a stand-in that takes host memory for a device's: nothing here ran on a card.
/// </summary>
public sealed class NcclTrainingTests : RankedTrainingTest
{
    [Theory]
    [InlineData("fp32", ExchangeOverlap.None)]
    [InlineData("fp16", ExchangeOverlap.None)]
    [InlineData("bf16", ExchangeOverlap.None)]
    [InlineData("fp32", ExchangeOverlap.Backward)]
    [InlineData("fp16", ExchangeOverlap.Backward)]
    [InlineData("fp16", ExchangeOverlap.BackwardAndForward)]
    [InlineData("topk-10", ExchangeOverlap.Backward)]
    [InlineData("local-sgd-4", ExchangeOverlap.None)]
    public void Two_ranks_train_to_the_bits_of_the_host_s_path(string communication, ExchangeOverlap overlap)
    {
        var plan = new ExchangePlan { BucketBytes = 300, Overlap = overlap };
        var host = TrainTogether(Shared(40, communication, plan: plan));
        var nccl = TrainOverNccl(Shared(40, communication, trial: "t02", plan: plan));
        Assert.All(nccl, t => Assert.Equal((SegmentEnd.BudgetReached, ""), (t.Report.End, t.Report.Reason)));
        // Of two numbers the order of summation is no matter.
        Assert.Equal(RankedStateOf(host[0].Report.Checkpoint!), RankedStateOf(nccl[0].Report.Checkpoint!));
        Assert.Equal(host[0].Recorder.Points.Select(p => p.Value), nccl[0].Recorder.Points.Select(p => p.Value));
    }

    [Theory]
    [InlineData("fp32", 1e-4)]
    [InlineData("fp16", 2e-3)]
    [InlineData("bf16", 2e-2)]
    public void More_ranks_train_as_one_does_up_to_rounding(string communication, double apart)
    {
        var alone = TrainAlone(Shared(40, "none", ranks: 1));
        var nccl = TrainOverNccl(Shared(40, communication, ranks: 4, trial: "t02"));
        Assert.All(nccl, t => Assert.Equal((SegmentEnd.BudgetReached, ""), (t.Report.End, t.Report.Reason)));
        Assert.InRange(Apart(alone.Report.Checkpoint!, nccl[0].Report.Checkpoint!), 0, apart);
    }

    [Fact]
    public void Sixteen_bits_are_half_the_bytes()
    {
        double Figure(string communication, string trial, string figure) =>
            TrainOverNccl(Shared(20, communication, trial: trial))[0].Recorder.Points[^1].Diagnostics![figure];
        var whole = Figure("fp32", "t01", "communication.bytesPerStep");
        Assert.Equal(whole / 2 + 2 * sizeof(float), Figure("fp16", "t02", "communication.bytesPerStep"));
        Assert.Equal(whole / 2, Figure("bf16", "t03", "communication.bytesPerStep"));
        Assert.InRange(Figure("fp16", "t04", "communication.relativeError"), 1e-5, 1e-3);
    }

    [Fact]
    public void A_run_that_was_interrupted_goes_on_bit_by_bit_whatever_carries_it()
    {
        var whole = TrainOverNccl(Shared(60, "fp16"));
        var first = TrainOverNccl(Shared(40, "fp16", trial: "t02"));
        var second = TrainTogether(Shared(60, "fp16", trial: "t02", from: first[0].Report.Checkpoint));
        Assert.Equal(RankedStateOf(whole[0].Report.Checkpoint!), RankedStateOf(second[0].Report.Checkpoint!));
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("fp16")]
    public void A_lost_rank_ends_the_segment_of_the_others(string communication)
    {
        var together = TrainOverNccl(Shared(100_000, communication, ranks: 4,
            plan: new() { BucketBytes = 300, Overlap = ExchangeOverlap.Backward }), recorders: rank => new Recorder
            {
                Orders = poll => rank == 1 && poll > 8 ? throw new InvalidOperationException("this rank breaks") : SegmentOrder.Continue,
            });
        Assert.Equal(
            [SegmentEnd.RankLost, SegmentEnd.Failed, SegmentEnd.RankLost, SegmentEnd.RankLost], together.Select(t => t.Report.End));
        Assert.Contains("Rank 1", together[0].Report.Reason);
    }

    [Fact]
    public void A_collective_that_failed_on_a_card_fails_the_segment()
    {
        var together = TrainOverNccl(Shared(100_000, "fp32"), recorders: rank => new Recorder
        {
            Orders = poll =>
            {
                if (rank == 1 && poll == 8) NcclStandIn.Fail(1);
                return SegmentOrder.Continue;
            },
        });
        Assert.Equal([SegmentEnd.RankLost, SegmentEnd.Failed], together.Select(t => t.Report.End));
        Assert.Equal("NcclException: A collective failed with result 1: another failure.", together[1].Report.Reason);
    }

    [Fact]
    public void Where_one_rank_has_no_NCCL_all_train_through_the_host()
    {
        var libraries = NcclRanks.Libraries;
        var host = TrainTogether(Shared(20, "fp32"));
        var mixed = TrainTogether(Shared(20, "fp32", trial: "t02"), over: (ranks, train) =>
        {
            var own = ranks.Rank == 1 ? libraries with { Nccl = "libnccl-that-is-not-there.so.2" } : libraries;
            var none = CudaCollectives.TryJoin(ranks.Group, ranks.Rank, out var refusal, own);
            Assert.Null(none);
            Assert.NotEmpty(refusal);
            return train(new TrainingRanks(ranks.Group, cuda: none));
        });
        Assert.Equal(RankedStateOf(host[0].Report.Checkpoint!), RankedStateOf(mixed[0].Report.Checkpoint!));
    }

    private static Trained[] TrainOverNccl(SegmentAssignment assignment, Func<int, Recorder>? recorders = null)
    {
        _ = NcclRanks.Libraries;
        return TrainTogether(assignment, recorders: recorders, over: NcclRanks.Over);
    }
}
