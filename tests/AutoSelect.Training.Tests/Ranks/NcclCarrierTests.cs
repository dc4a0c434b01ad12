using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Training.Ranks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

/// <summary>What NCCL is given, in which order, and what comes of it, against a stand-in: nothing here ran on a card.</summary>
[Collection("libtorch")] // networks are drawn from the generator of the process
public sealed class NcclCarrierTests
{
    [Fact]
    public void Fp32_is_one_all_reduce_between_events()
    {
        var all = NcclRanks.Run(2, ranks =>
        {
            using var scope = NewDisposeScope();
            using var exchange = Exchange(ranks, "fp32", Model(3), out _);
            NcclStandIn.TakeCalls();
            exchange.Complete();
            return NcclStandIn.TakeCalls();
        });
        Assert.All(all, calls => Assert.Equal($"{Calls("all-reduce(1)")} wait(0)", calls));
    }

    [Fact]
    public void A_bucket_of_16_bits_goes_on_when_the_next_has_started()
    {
        var all = NcclRanks.Run(2, ranks =>
        {
            using var scope = NewDisposeScope();
            using var exchange = Exchange(ranks, "fp16", Model(3), out _, bucketBytes: 1);
            NcclStandIn.TakeCalls();
            exchange.Complete();
            return NcclStandIn.TakeCalls();
        });
        // Numbers, then scales, to both ranks.
        var apart = Calls(string.Join(' ', Enumerable.Repeat("send(1) receive(1)", 4)));
        var gathered = "wait(0) " + Calls("all-gather(1) all-gather(1)");
        Assert.All(all, calls => Assert.Equal($"{apart} {apart} {gathered} wait(0) {gathered} wait(0)", calls));
    }

    [Theory]
    [InlineData("fp32", 1e-6)]
    [InlineData("fp16", 1e-3)]
    [InlineData("bf16", 1e-2)]
    public void Means_have_the_same_bits_on_all_ranks(string communication, double apart)
    {
        // 3 x 3 + 3 and 3 x 2 + 2 values are no multiples of 5 ranks.
        var all = NcclRanks.Run(5, ranks =>
        {
            using var scope = NewDisposeScope();
            using var exchange = Exchange(ranks, communication, Model(3), out var parameters);
            var given = Flat(parameters);
            var expected = ranks.Gather(given).Aggregate((a, b) => a + b) / ranks.Size;
            exchange.Complete();
            ranks.Check();
            return (Mean: Flat(parameters).data<float>().ToArray(), Error: (Flat(parameters) - expected)
                .norm().div(expected.norm()).item<float>());
        });
        Assert.All(all, rank => Assert.InRange(rank.Error, 0, apart));
        Assert.All(all, rank => Assert.Equal(all[0].Mean, rank.Mean));
    }

    [Theory]
    [InlineData(1e-7f)] // plain fp16 would lose a quarter
    [InlineData(3e30f)]
    [InlineData(1e-42f)] // below the normal numbers
    [InlineData(0f)]
    public void The_scale_keeps_fp16_near_whatever_the_magnitude(float magnitude)
    {
        NcclRanks.Run(2, ranks =>
        {
            using var scope = NewDisposeScope();
            using var exchange = Exchange(ranks, "fp16", Model(3), out var parameters, magnitude);
            var expected = ranks.Gather(Flat(parameters)).Aggregate((a, b) => a + b) / ranks.Size;
            exchange.Complete();
            var furthest = (Flat(parameters) - expected).abs().max().item<float>();
            Assert.InRange(furthest, 0, Math.Max(1e-3f * magnitude, float.Epsilon));
            return 0;
        });
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void What_is_not_finite_stays_so_on_all_ranks(float value)
    {
        var all = NcclRanks.Run(2, ranks =>
        {
            using var scope = NewDisposeScope();
            using var exchange = Exchange(ranks, "fp16", Model(3), out var parameters);
            if (ranks.Rank == 1) parameters[0].grad![0, 0] = value;
            exchange.Complete();
            return (First: parameters[0].grad![0, 0].item<float>(), Last: parameters[^1].grad![0].item<float>());
        });
        Assert.All(all, rank => Assert.Equal(value, rank.First));
        Assert.All(all, rank => Assert.True(float.IsFinite(rank.Last)));
    }

    [Fact]
    public void Collectives_on_tensors_go_through_it_too()
    {
        NcclRanks.Run(3, ranks =>
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            var columns = arange(6, float32).view(3, 2).t(); // not contiguous
            var sums = columns.clone();
            Assert.False(sums.is_contiguous());
            NcclStandIn.TakeCalls();
            ranks.AllReduce(sums);
            Assert.Equal($"{Calls("all-reduce(1)")} wait(0)", NcclStandIn.TakeCalls());
            Assert.Equal((columns * 3).data<float>().ToArray(), sums.data<float>().ToArray());

            int[] counts = [1, 4, 0];
            var values = arange(5, float32) + ranks.Rank;
            ranks.ReduceScatter(values, counts);
            if (ranks.Rank < 2)
                Assert.Equal(ranks.Rank == 0 ? [3f] : [6f, 9, 12, 15], values.data<float>().ToArray()[(ranks.Rank == 0 ? 0..1 : 1..5)]);
            ranks.AllGather(values, counts);
            Assert.Equal([3f, 6, 9, 12, 15], values.data<float>().ToArray());

            values.fill_(ranks.Rank);
            ranks.Broadcast(values, root: 2);
            Assert.Equal([2f, 2, 2, 2, 2], values.data<float>().ToArray());
            return 0;
        });
    }

    [Fact]
    public void A_lost_rank_is_told_of_to_the_others()
    {
        // While ranks connect, a lost one is told of there.
        using var connected = new Barrier(3);
        NcclRanks.Run(3, ranks =>
        {
            using var scope = NewDisposeScope();
            Assert.True(connected.SignalAndWait(RankThreads.Patience), "A rank did not connect.");
            if (ranks.Rank == 1)
            {
                ranks.Abort();
                return 0;
            }
            var lost = Assert.Throws<RankLostException>(() =>
            {
                ranks.AllReduce(ones(10));
                ranks.Check();
            });
            Assert.Equal(1, lost.Rank);
            return 0;
        });
    }

    private static string Calls(string collectives) => $"record(0) wait(1) {collectives} record(1)";

    private static Sequential Model(int width) => Sequential(("a", Linear(width, 3)), ("b", Linear(3, 2)));

    /// <summary>An exchange whose gradients are there already, different on each rank.</summary>
    private static GradientExchange Exchange(
        TrainingRanks ranks, string communication, Sequential model, out Parameter[] parameters,
        float magnitude = 1, long bucketBytes = 1 << 20)
    {
        parameters = [.. model.parameters()];
        foreach (var (parameter, i) in parameters.Select((p, i) => (p, i)))
        {
            using var off = no_grad();
            var number = arange(parameter.numel(), float32).view(parameter.shape);
            parameter.grad = (number * .37f + ranks.Rank + i).sin() * magnitude;
        }
        var exchange = new GradientExchange(
            model, ranks, GradientCommunication.Parse(communication), new ExchangePlan { BucketBytes = bucketBytes }, seed: 1);
        exchange.Begin();
        return exchange;
    }

    private static Tensor Flat(Parameter[] parameters) => cat([.. parameters.Select(p => p.grad!.reshape(-1))]);
}
