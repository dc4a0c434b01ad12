using System.Diagnostics;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks.Carriers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>
/// Makes every rank's gradients the mean over the ranks: all at once after the backward pass, or bucket by bucket beside it; a stepper that
/// updates by parts may leave its update until a bucket's layers are needed by the next forward pass. The results have the same bits either
/// way.
/// </summary>
internal sealed class GradientExchange : IDisposable
{
    private readonly BucketCarrier carrier;
    private readonly IReadOnlyList<GradientBucket> buckets;
    private readonly bool[] started, arriving;
    private readonly bool mayDefer;
    private Action<Parameter>? deferred;
    private readonly BackwardWatch? watch;
    private double waitedSeconds;
    private long exchanges;

    /// <param name="model">Whose gradients; its parameters stay where they are.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="communication">What is sent.</param>
    /// <param name="plan">How.</param>
    /// <param name="seed">For random rounding; the same on all ranks.</param>
    public GradientExchange(nn.Module model, TrainingRanks ranks, GradientCommunication communication, ExchangePlan plan, long seed)
    {
        carrier = BucketCarrier.For(model, ranks, communication, plan, seed);
        buckets = BucketPlan.Fuse(model, plan.BucketBytes, carrier, ranks.Size);
        (started, arriving) = (new bool[buckets.Count], new bool[buckets.Count]);
        mayDefer = plan.Overlap == ExchangeOverlap.BackwardAndForward;
        if (plan.Overlap != ExchangeOverlap.None) watch = new BackwardWatch(model, buckets.Select(b => b.Parameters), Start, Arrive);
    }

    /// <summary>
    /// True where updates may be left until the next forward pass; set when nothing but the stepper looks at gradients and weights in
    /// between.
    /// </summary>
    public bool Defers { get; private set; }

    /// <summary>
    /// Bytes sent in an exchange, seconds it cost this rank (waiting and casting) and how much of the gradient was lost, as figures of a
    /// curve's points.
    /// </summary>
    public IReadOnlyDictionary<string, double> Figures
    {
        get
        {
            if (exchanges == 0) return new Dictionary<string, double>();
            var statistics = buckets.SelectMany(b => b.Statistics).ToList();
            var figures = new Dictionary<string, double>
            {
                ["communication.bytesPerStep"] = statistics.Sum(s => (double)s.BytesSent + s.HeaderBytesSent) / exchanges,
                ["communication.waitMilliseconds"] = 1e3 * waitedSeconds / exchanges,
            };
            if (statistics.Any(s => s.CastSeconds > 0))
                figures["communication.castMilliseconds"] = 1e3 * statistics.Sum(s => s.CastSeconds) / exchanges;
            if (statistics.Where(s => double.IsFinite(s.RelativeError)).ToList() is { Count: > 0 } lossy)
                figures["communication.relativeError"] = lossy.Max(s => s.RelativeError);
            return figures;
        }
    }

    /// <summary>Lets updates wait for the next forward pass, if the plan wants it.</summary>
    public void AllowDeferral() => Defers = mayDefer;

    /// <summary>Leaves the update of the step whose gradients are on their way.</summary>
    /// <param name="update">Updates one parameter with its gradient.</param>
    public void Defer(Action<Parameter> update) => deferred = update;

    /// <summary>Does all updates that were left.</summary>
    public void Flush()
    {
        if (deferred is null) return;
        for (var i = buckets.Count - 1; i >= 0; i--) Arrive(i);
        deferred = null;
    }

    /// <summary>To be called before the forward pass whose gradients are exchanged.</summary>
    public void Begin()
    {
        Array.Clear(started);
        watch?.Arm();
    }

    /// <summary>Waits until all gradients are the means, starting what was not started; with deferral it only starts.</summary>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public void Complete()
    {
        watch?.Disarm();
        using var off = no_grad();
        for (var i = 0; i < buckets.Count; i++)
            if (!started[i]) Start(i);
        exchanges++;
        if (Defers) Array.Fill(arriving, true);
        else
            for (var i = 0; i < buckets.Count; i++) Finish(i);
    }

    /// <summary>State of error feedback.</summary>
    /// <param name="own">Gets what is this rank's alone.</param>
    /// <param name="shared">Gets what is the same on all ranks.</param>
    public void Save(StateDictionary own, StateDictionary shared)
    {
        foreach (var bucket in buckets) bucket.Save(own, shared);
    }

    public void Load(StateDictionary own, StateDictionary shared)
    {
        foreach (var bucket in buckets) bucket.Load(own, shared);
    }

    public void Dispose()
    {
        watch?.Dispose();
        carrier.Dispose();
        foreach (var bucket in buckets) bucket.Dispose();
    }

    private void Start(int i)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        buckets[i].Start();
        started[i] = true;
    }

    // Before a layer's forward pass: waits for its bucket and does the update that was left.
    private void Arrive(int i)
    {
        if (!arriving[i]) return;
        arriving[i] = false;
        using var off = no_grad();
        using var scope = NewDisposeScope();
        Finish(i);
        foreach (var parameter in buckets[i].Parameters)
        {
            deferred!(parameter);
            parameter.grad?.zero_();
        }
    }

    private void Finish(int i)
    {
        var began = Stopwatch.GetTimestamp();
        buckets[i].Wait();
        waitedSeconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
        buckets[i].Spread();
    }
}
