using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>An iteration as the simulation found it; seconds from the start of the backward pass.</summary>
/// <param name="Seconds">From the start of one backward pass to the start of the next.</param>
/// <param name="ComputeSeconds">Forward, backward and update of all layers.</param>
/// <param name="CommunicationSeconds">Time the channel was in use.</param>
/// <param name="Arrivals">When each transfer ended, in the order given.</param>
public sealed record IterationTime(double Seconds, double ComputeSeconds, double CommunicationSeconds, ImmutableArray<double> Arrivals)
{
    /// <summary>Communication that cost no time.</summary>
    public double HiddenSeconds => ComputeSeconds + CommunicationSeconds - Seconds;
}

/// <summary>
/// Exact simulation of a training iteration with layer-wise overlap: one computing thread, one communication channel. In steady
/// state an iteration can be counted from backward pass to backward pass, because a backward pass begins only after a forward
/// pass, which needed every transfer: the channel is idle then.
/// </summary>
public static class CriticalPath
{
    private const double Rounding = 1e-12;

    /// <param name="layers">First layer first.</param>
    /// <param name="transfers">Buckets in the order in which the backward pass completes them.</param>
    /// <param name="interference">
    /// Share of the computing speed lost while a transfer runs, in [0, 1): a channel that sums on the same processor is not free.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Buckets that overlap or leave a layer with parameters out, or interference out of range.
    /// </exception>
    public static IterationTime Simulate(
        IReadOnlyList<LayerTime> layers, IReadOnlyList<Transfer> transfers, OverlapMode mode,
        TransferOrder order = TransferOrder.LowestLayer, double interference = 0)
    {
        if (!(interference is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(interference), interference, "Interference is a share in [0, 1)");
        var tasks = IterationTasks.InOrder(layers, BucketOfLayers(layers, transfers), transfers.Count, mode);
        var channel = new Channel(transfers, order);
        var rounding = Rounding * (layers.Sum(l => l.Seconds) + transfers.Sum(t => t.Seconds));
        var now = 0.0;
        foreach (var task in tasks)
        {
            while (!channel.HasArrived(task.Needs)) now += channel.Advance(double.PositiveInfinity, now, rounding);
            var left = task.Seconds;
            while (left > rounding)
            {
                channel.TakeNext();
                var rate = channel.IsBusy ? 1 - interference : 1;
                var step = channel.Advance(left / rate, now, rounding);
                now += step;
                left -= step * rate;
            }
            channel.Release(task.Completes);
        }
        return new IterationTime(now, layers.Sum(l => l.Seconds), transfers.Sum(t => t.Seconds), channel.Arrivals);
    }

    private static int[] BucketOfLayers(IReadOnlyList<LayerTime> layers, IReadOnlyList<Transfer> transfers)
    {
        var bucketOf = Enumerable.Repeat(-1, layers.Count).ToArray();
        for (var b = 0; b < transfers.Count; b++)
        {
            var (first, last) = (transfers[b].Bucket.First, transfers[b].Bucket.Last);
            if (first < 0 || last >= layers.Count || first > last)
                throw new ArgumentException($"A bucket of layers {first} to {last}, of {layers.Count} layers", nameof(transfers));
            if (!(transfers[b].Seconds >= 0))
                throw new ArgumentException($"A transfer takes {transfers[b].Seconds} s; it cannot be negative", nameof(transfers));
            for (var l = first; l <= last; l++)
                bucketOf[l] = bucketOf[l] < 0 ? b : throw new ArgumentException($"Layer {l} is in two buckets", nameof(transfers));
        }
        if (Enumerable.Range(0, layers.Count).FirstOrDefault(l => layers[l].Parameters > 0 && bucketOf[l] < 0, -1) is >= 0 and var bare)
            throw new ArgumentException($"Layer {bare} has parameters and no bucket", nameof(transfers));
        return bucketOf;
    }
}
