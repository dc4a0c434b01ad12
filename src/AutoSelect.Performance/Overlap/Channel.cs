using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>A communication channel that sends one bucket at a time, to its end.</summary>
internal sealed class Channel(IReadOnlyList<Transfer> transfers, TransferOrder order)
{
    private readonly double[] arrivals = [.. transfers.Select(_ => double.NaN)];
    private readonly List<int> waiting = [];
    private int sending = -1;
    private double left;

    public ImmutableArray<double> Arrivals => [.. arrivals];

    public bool IsBusy => sending >= 0;

    public bool HasArrived(Range buckets) => !arrivals[buckets].Any(double.IsNaN);

    /// <summary>Lets buckets start, in their order.</summary>
    public void Release(Range buckets) => waiting.AddRange(Enumerable.Range(0, transfers.Count).Take(buckets));

    /// <summary>Begins the next bucket if the channel is free and one waits.</summary>
    public void TakeNext()
    {
        if (IsBusy || waiting.Count == 0) return;
        sending = order == TransferOrder.Readiness ? waiting[0] : waiting.MinBy(b => transfers[b].Bucket.First);
        waiting.Remove(sending);
        left = transfers[sending].Seconds;
    }

    /// <summary>Sends for as long as asked or until the bucket has arrived; the seconds that passed.</summary>
    public double Advance(double seconds, double now, double rounding)
    {
        TakeNext();
        if (!IsBusy)
            return double.IsFinite(seconds) ? seconds
                : throw new InvalidOperationException("The computing thread waits for a bucket that was never complete");
        var step = Math.Min(seconds, left);
        left -= step;
        if (left > rounding) return step;
        arrivals[sending] = now + step;
        sending = -1;
        return step;
    }
}
