using System.Numerics.Tensors;

namespace AutoSelect.Communication.Tests;

public sealed class CompressedAllReduceTests
{
    private const int Count = 4 * 1024;

    [Theory]
    [InlineData("fp16", 2, 3.5e-4)]
    [InlineData("fp16", 4, 3.5e-4)]
    [InlineData("bf16", 3, 2.5e-3)]
    [InlineData("fp8-e4m3", 4, .06)]
    [InlineData("fp8-e5m2", 2, .13)]
    public async Task The_sum_is_right_within_the_format_and_the_same_on_all_ranks(string name, int ranks, double most)
    {
        var inputs = Enumerable.Range(0, ranks).Select(rank => CodecTests.Normal(Count + 5, 1, rank)).ToArray();
        var exact = new float[Count + 5];
        foreach (var input in inputs) TensorPrimitives.Add(exact, input, exact);
        var results = new float[ranks][];
        await Ranks.RunAsync(ranks, null, group =>
        {
            results[group.Rank] = [.. inputs[group.Rank]];
            new CompressedAllReduce(group, CodecTests.Codec(name), Count + 5, errorFeedback: false, seed: 3).Run(results[group.Rank]);
        });
        Assert.All(results, r => Assert.Equal(results[0], r));
        Assert.InRange(RelativeError(results[0], exact), most / 10, most);
    }

    [Theory]
    [InlineData("fp16", 2, 2)]
    [InlineData("bf16", 4, 2)]
    [InlineData("fp8-e4m3", 4, 4)]
    public async Task Bytes_are_exactly_the_share_of_the_format(string name, int ranks, int factor)
    {
        foreach (var path in new[] { DataPath.SharedMemory, DataPath.Tcp })
            await Ranks.RunAsync(ranks, new() { Path = path }, group =>
            {
                group.AllReduce(new float[Count], AllReducePlan.Ring(ranks));
                var full = group.BytesSent;
                var compressed = new CompressedAllReduce(group, CodecTests.Codec(name), Count, errorFeedback: false);
                compressed.Run(new float[Count]);
                Assert.Equal(full, factor * (group.BytesSent - full));
                Assert.Equal((1, full / factor, 8 * (ranks - 1)),
                    (compressed.Rounds, compressed.Statistics.BytesSent, compressed.Statistics.HeaderBytesSent));
                Assert.Equal(compressed.Statistics.HeaderBytesSent, group.HeaderBytesSent);
            });
    }

    [Theory]
    [InlineData("fp8-e4m3")]
    [InlineData("fp8-e5m2")]
    [InlineData("fp16")]
    public async Task With_error_feedback_nothing_is_lost_for_good(string name) =>
        await Ranks.RunAsync(3, null, group =>
        {
            const int rounds = 20;
            var compressed = new CompressedAllReduce(group, CodecTests.Codec(name), Count, errorFeedback: true, seed: 1);
            double[] given = new double[Count], got = new double[Count];
            for (var round = 0; round < rounds; round++)
            {
                for (var rank = 0; rank < 3; rank++)
                {
                    var gradient = CodecTests.Normal(Count, 1, 100 * round + rank);
                    for (var i = 0; i < Count; i++) given[i] += gradient[i];
                    if (rank != group.Rank) continue;
                    compressed.Run(gradient);
                    for (var i = 0; i < Count; i++) got[i] += gradient[i];
                }
            }
            // What was given and has not come is exactly what the residuals of all ranks hold.
            var residual = compressed.Residual.ToArray();
            group.AllReduce(residual);
            for (var i = 0; i < Count; i++) Assert.Equal(given[i], got[i] + residual[i], 1e-3);
            Assert.InRange(compressed.Statistics.RelativeError, 1e-5, .2);
        });

    [Fact]
    public async Task The_residual_and_the_round_are_the_whole_state() =>
        await Ranks.RunAsync(2, null, group =>
        {
            float[] Step(CompressedAllReduce bucket, int round)
            {
                var gradient = CodecTests.Normal(500, 1, 10 * round + group.Rank);
                bucket.Run(gradient);
                return gradient;
            }

            CompressedAllReduce Bucket() => new(group, Fp8Codec.E4M3, 500, errorFeedback: true, seed: 7);
            var first = Bucket();
            Step(first, 0);
            var saved = (Residual: first.Residual.ToArray(), first.Rounds);
            var expected = Step(first, 1);
            var second = Bucket();
            saved.Residual.CopyTo(second.Residual);
            second.Rounds = saved.Rounds;
            Assert.Equal(expected, Step(second, 1));
        });

    [Fact]
    public async Task A_round_allocates_nothing() =>
        await Ranks.RunAsync(2, null, group =>
        {
            foreach (var name in new[] { "fp16", "bf16", "fp8-e4m3" })
            {
                var compressed = new CompressedAllReduce(group, CodecTests.Codec(name), 3000, errorFeedback: true);
                var values = CodecTests.Normal(3000, 1);
                for (var i = 0; i < 60; i++) compressed.Run(values);
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 20; i++) compressed.Run(values);
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        });

    [Fact]
    public async Task A_bucket_of_another_size_is_refused()
    {
        using var group = (await Ranks.FormAsync(1)).Single();
        Assert.Contains("5 values, not 6",
            Assert.Throws<ArgumentException>(() => new CompressedAllReduce(group, new Fp16Codec(), 5, false).Run(new float[6])).Message);
    }

    private static double RelativeError(float[] values, float[] exact)
    {
        var difference = new float[values.Length];
        TensorPrimitives.Subtract(values, exact, difference);
        return TensorPrimitives.Norm<float>(difference) / TensorPrimitives.Norm<float>(exact);
    }
}
