using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>All-reduce of the k values of largest magnitude of each rank, with error feedback; the same bits on all ranks.</summary>
/// <remarks>
/// g own gradient, e residual (starts at 0), both [n]:
/// <code>
/// c ← g + e,   S ← the k positions of largest |c| (of equal ones the first),   send (S, c[S]) to all
/// e ← c, but 0 at S;   result: the sum of what all ranks sent, in order of rank
/// </code>
/// A rank sends 8k(p-1) bytes. Stich et al., Sparsified SGD with Memory, arXiv 1809.07599; Aji and Heafield, arXiv 1704.05021.
/// </remarks>
public sealed class TopKAllReduce : AllReduceMethod
{
    private const int EntryBytes = sizeof(int) + sizeof(float);

    private readonly ProcessGroup group;
    private readonly float[] residual, magnitudes;
    private readonly int[] counts;
    private readonly byte[] entries;
    private readonly int kept;

    /// <param name="group">The ranks.</param>
    /// <param name="count">Values of the bucket, the same on all ranks, at least 1.</param>
    /// <param name="fraction">Share of the values that is sent, 0 &lt; fraction ≤ 1; at least one value. .01 is usual.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value breaks its rule; the message gives both.</exception>
    public TopKAllReduce(ProcessGroup group, int count, double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (!(fraction > 0 && fraction <= 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction sent is above 0 and at most 1.");
        this.group = group;
        (residual, magnitudes) = (new float[count], new float[count]);
        kept = Math.Max(1, (int)Math.Round(fraction * count));
        counts = [.. Enumerable.Repeat(kept * EntryBytes, group.Size)];
        entries = new byte[kept * EntryBytes * group.Size];
    }

    /// <summary>e [n].</summary>
    public override Memory<float> Residual => residual;

    public override void Run(Span<float> values)
    {
        if (values.Length != residual.Length) throw new ArgumentException($"The bucket has {residual.Length} values, not {values.Length}.");
        using var turn = group.Enter();
        var (sentBefore, started) = (group.BytesSent, Stopwatch.GetTimestamp());
        TensorPrimitives.Add(values, residual, residual);
        var norm = TensorPrimitives.Norm<float>(residual);
        TensorPrimitives.Abs<float>(residual, magnitudes);
        var own = Partition.PartOf(entries.AsSpan(), counts, group.Rank);
        Pick(residual, QuickSelect.LargestAt(magnitudes, kept - 1), MemoryMarshal.Cast<byte, int>(own));
        RelativeError = norm == 0 ? 0 : TensorPrimitives.Norm<float>(residual) / norm;
        CastTicks += Stopwatch.GetTimestamp() - started;
        RingAllGather.Run(group.Exchange, group.Rank, counts, entries);
        started = Stopwatch.GetTimestamp();
        values.Clear();
        var all = MemoryMarshal.Cast<byte, int>(entries);
        for (var i = 0; i < all.Length; i += 2) values[all[i]] += BitConverter.Int32BitsToSingle(all[i + 1]);
        CastTicks += Stopwatch.GetTimestamp() - started;
        Bytes += group.BytesSent - sentBefore;
        Rounds++;
    }

    /// <summary>Moves the values above the threshold, and of those equal to it as many as there is room for, to the entries.</summary>
    private void Pick(Span<float> values, float threshold, Span<int> picked)
    {
        var above = 0;
        foreach (var value in values)
            if (!(MathF.Abs(value) <= threshold))
                above++;
        var (equal, next) = (kept - above, 0);
        for (var i = 0; i < values.Length && next < picked.Length; i++)
        {
            var isAbove = !(MathF.Abs(values[i]) <= threshold);
            if (!isAbove && (MathF.Abs(values[i]) != threshold || equal-- <= 0)) continue;
            (picked[next], picked[next + 1]) = (i, BitConverter.SingleToInt32Bits(values[i]));
            values[i] = 0;
            next += 2;
        }
    }
}
