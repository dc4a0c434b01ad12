using System.Diagnostics;
using System.Numerics.Tensors;

namespace AutoSelect.Communication;

/// <summary>All-reduce of one bucket in a lossy format, added up in fp32; the same bits on all ranks.</summary>
/// <remarks>
/// g own gradient, e residual (starts at 0), Q encoding and decoding, all [n]; part r of each belongs to rank r:
/// <code>
/// c ← g + e,   send Q(c) part by part to the parts' owners,   e ← c - Q(c)
/// owner:  s ← Σ Q(c) in a fixed order of ranks,   send Q(s) to all,   e ← e + s - Q(s)
/// result: Q(s)
/// </code>
/// Every value is rounded twice however many ranks there are, where a ring would round at each step; the bytes are those of a ring in the
/// smaller format. What the second rounding loses goes into the owner's residual, so nothing is lost for good. Without error feedback e =
/// 0. Error feedback: Karimireddy et al., arXiv 1901.09847; both ways: Tang et al., DoubleSqueeze, arXiv 1905.05957.
/// </remarks>
public sealed class CompressedAllReduce : AllReduceMethod
{
    private readonly ProcessGroup group;
    private readonly GradientCodec codec;
    private readonly int count;
    private readonly ulong seed;
    private readonly bool measuresError;
    private readonly float[] residual, rounded;
    private readonly int[] encodedCounts;
    private readonly byte[] outgoing, incoming;

    /// <param name="group">The ranks.</param>
    /// <param name="codec">The format.</param>
    /// <param name="count">Values of the bucket, the same on all ranks.</param>
    /// <param name="errorFeedback">
    /// Whether what rounding loses is added to the next gradient. Wanted for 8 bits; fp16 and bf16 do without.
    /// </param>
    /// <param name="seed">For stochastic rounding; every bucket has its own. Ranks may share it: the rank is mixed in.</param>
    /// <param name="measuresError">
    /// Whether <see cref="CompressionStatistics.RelativeError"/> is computed without error feedback too, which costs a decoding more.
    /// </param>
    public CompressedAllReduce(
        ProcessGroup group, GradientCodec codec, int count, bool errorFeedback, ulong seed = 0, bool measuresError = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (this.group, this.codec, this.count, this.seed) = (group, codec, count, seed);
        this.measuresError = measuresError || errorFeedback;
        residual = new float[errorFeedback ? count : 0];
        rounded = new float[this.measuresError ? count : 0];
        encodedCounts = [.. Enumerable.Range(0, group.Size).Select(part => codec.EncodedBytes(PartStart(part + 1) - PartStart(part)))];
        outgoing = new byte[encodedCounts.Sum()];
        incoming = new byte[encodedCounts[group.Rank]];
    }

    /// <summary>e [n].</summary>
    public override Memory<float> Residual => residual;

    public override void Run(Span<float> values)
    {
        if (values.Length != count) throw new ArgumentException($"The bucket has {count} values, not {values.Length}.");
        using var turn = group.Enter();
        var sentBefore = group.BytesSent;
        var started = Stopwatch.GetTimestamp();
        if (residual.Length > 0) TensorPrimitives.Add(values, residual, values);
        for (var part = 0; part < group.Size; part++)
            codec.Encode(Part(values, part), Encoded(part), Randomness(group.Rank * group.Size + part));
        if (measuresError) KeepError(values);
        CastTicks += Stopwatch.GetTimestamp() - started;

        AddUp(Part(values, group.Rank));
        Round(Part(values, group.Rank));
        RingAllGather.Run(group.Exchange, group.Rank, encodedCounts, outgoing);

        started = Stopwatch.GetTimestamp();
        for (var part = 0; part < group.Size; part++) codec.Decode(Encoded(part), Part(values, part));
        CastTicks += Stopwatch.GetTimestamp() - started;
        var headers = 2L * (group.Size - 1) * GradientCodec.HeaderBytes;
        group.Exchange.HeaderBytesSent += headers;
        HeaderBytes += headers;
        Bytes += group.BytesSent - sentBefore;
        Rounds++;
    }

    private void KeepError(ReadOnlySpan<float> values)
    {
        for (var part = 0; part < group.Size; part++) codec.Decode(Encoded(part), Part(rounded, part));
        TensorPrimitives.Subtract(values, rounded, rounded);
        var norm = TensorPrimitives.Norm(values);
        RelativeError = norm == 0 ? 0 : TensorPrimitives.Norm<float>(rounded) / norm;
        if (residual.Length > 0) rounded.CopyTo(residual, 0);
    }

    /// <summary>Gives the parts to their owners and makes <paramref name="own"/> the sum of what came.</summary>
    private void AddUp(Span<float> own)
    {
        var started = Stopwatch.GetTimestamp();
        codec.Decode(Encoded(group.Rank), own);
        CastTicks += Stopwatch.GetTimestamp() - started;
        for (var step = 1; step < group.Size; step++)
        {
            group.Exchange.SendReceive((group.Rank + step) % group.Size, Encoded((group.Rank + step) % group.Size),
                (group.Rank - step + group.Size) % group.Size, incoming);
            started = Stopwatch.GetTimestamp();
            codec.Decode(incoming, own, add: true);
            CastTicks += Stopwatch.GetTimestamp() - started;
        }
    }

    /// <summary>Encodes the sum; what that loses is this rank's to make good.</summary>
    private void Round(Span<float> sum)
    {
        var started = Stopwatch.GetTimestamp();
        codec.Encode(sum, Encoded(group.Rank), Randomness(group.Size * group.Size + group.Rank));
        if (residual.Length > 0)
        {
            var lost = Part(rounded, group.Rank);
            var own = Part(residual, group.Rank);
            codec.Decode(Encoded(group.Rank), lost);
            TensorPrimitives.Subtract(sum, lost, lost);
            TensorPrimitives.Add(own, lost, own);
        }
        CastTicks += Stopwatch.GetTimestamp() - started;
    }

    private ulong Randomness(int message) => CounterRandom.Stream(seed, (ulong)Rounds, (ulong)message);

    private int PartStart(int part) => Partition.Start(count, group.Size, part);

    private Span<float> Part(Span<float> values, int part) => Partition.PartOf(values, group.Size, part);

    private Span<byte> Encoded(int part) => Partition.PartOf(outgoing.AsSpan(), encodedCounts, part);
}
