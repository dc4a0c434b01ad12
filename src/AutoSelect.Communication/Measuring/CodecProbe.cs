namespace AutoSelect.Communication;

/// <summary>Measures what lossy communication costs the processors of a group, beside the bytes it saves.</summary>
internal static class CodecProbe
{
    private const int Rounds = 8;
    private const double TopShare = .01;
    private const int PowerRank = 2;

    /// <summary>All ranks at once, as in training: they may share a memory bus, or processors.</summary>
    /// <param name="count">Values of the all-reduces.</param>
    public static GroupMeasurement Run(ProcessGroup group, int count)
    {
        var values = new float[count];
        var random = new Random(1);
        for (var i = 0; i < count; i++) values[i] = random.NextSingle() - .5f;
        var fp16 = new CompressedAllReduce(group, new Fp16Codec(), count, errorFeedback: false);
        var fp8 = new CompressedAllReduce(group, Fp8Codec.E4M3, count, errorFeedback: true);
        var top = new TopKAllReduce(group, count, TopShare);
        var rows = 1 << (int.Log2(count) / 2);
        var power = new PowerSgdAllReduce(group, rows, count / rows, PowerRank);
        double bytes = sizeof(float) * count, multiplyAdds = 3.0 * PowerRank * count + 2.0 * PowerRank * PowerRank * rows;
        return new GroupMeasurement
        {
            Ranks = group.Size,
            Local = group.Local,
            CastSecondsPerByte = Least(() => fp16.Run(values), () => fp16.Statistics.CastSeconds) / bytes,
            QuantizeSecondsPerByte = Least(() => fp8.Run(values), () => fp8.Statistics.CastSeconds) / bytes,
            SelectSecondsPerByte = Least(() => top.Run(values), () => top.Statistics.CastSeconds) / bytes,
            MultiplyAddsPerSecond = multiplyAdds / Least(
                () => power.Run(values.AsSpan(0, rows * (count / rows))), () => power.Statistics.CastSeconds),
        };

        // Sums of sums would grow without a bound: each round starts from the same values.
        double Least(Action run, Func<double> spent)
        {
            var (given, least) = (values.ToArray(), double.PositiveInfinity);
            for (var round = 0; round <= Rounds; round++)
            {
                given.CopyTo(values, 0);
                var before = spent();
                run();
                if (round > 0) least = Math.Min(least, spent() - before);
            }
            given.CopyTo(values, 0);
            return LinkProbe.Slowest(group, least);
        }
    }
}
