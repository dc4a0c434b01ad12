using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Ranks;
using static TorchSharp.torch;

namespace AutoSelect.Training.Segments;

/// <summary>
/// Collects training losses and finds divergence: a loss that is not finite, or a mean over a window of steps above
/// <see cref="BlowUpFactor"/> times the first loss. Losses are read in groups, since reading one waits for an accelerator.
/// </summary>
internal sealed class LossWatch : IDisposable
{
    public const double BlowUpFactor = 10;
    private const int Window = 16;

    private readonly List<Tensor> unread = [];
    private readonly double[] window = new double[Window];
    private long windowCount;
    private double windowSum;
    private readonly LossBand band = new();
    private SwitchGuard? guard;
    private long firstStep = -1;

    /// <summary>Sum and number of losses since the last point.</summary>
    public double Sum { get; private set; }

    /// <inheritdoc cref="Sum"/>
    public long Count { get; private set; }

    /// <summary>Loss of the run's first step; NaN before it.</summary>
    public double InitialLoss { get; private set; } = double.NaN;

    /// <summary>What went wrong, for people; null while nothing did.</summary>
    public string? Divergence { get; private set; }

    /// <summary>Keeps a loss for the next <see cref="Read"/>.</summary>
    public void Add(Tensor loss, long step)
    {
        if (unread.Count == 0) firstStep = step;
        unread.Add(loss.DetachFromDisposeScope());
    }

    /// <summary>Reads all losses kept, which waits for the device.</summary>
    /// <param name="ranks">
    /// Ranks that trained on parts of the batches, whose mean losses are taken; null for none. All have to call.
    /// </param>
    public void Read(TrainingRanks? ranks = null)
    {
        if (unread.Count == 0) return;
        var losses = unread.ConvertAll(Number);
        ranks?.Check();
        if (ranks is not null) losses = Mean(losses, ranks);
        for (var i = 0; i < losses.Count; i++) Take(losses[i], firstStep + i);
        DisposeUnread();
    }

    /// <summary>Mean loss since the last call; NaN without a step.</summary>
    public double TakeMean()
    {
        var result = Count == 0 ? double.NaN : Sum / Count;
        (Sum, Count) = (0, 0);
        return result;
    }

    /// <summary>Forgets the window but not the run's first loss; called where a segment begins.</summary>
    public void BeginSegment()
    {
        (windowCount, windowSum, Divergence) = (0, 0, null);
        DisposeUnread();
    }

    /// <summary>
    /// Watches the losses up to a step against the band they had until now; called where a trial has taken over another's state.
    /// </summary>
    public void Guard(long untilStep) => guard = double.IsNaN(band.Mean) ? null : new SwitchGuard(band, untilStep);

    public void Save(StateDictionary state)
    {
        band.Save(state.Part("lossBand"));
        guard?.Save(state.Part("guard"));
        state.SetScalar("lossSum", Sum);
        state.SetScalar("lossCount", Count);
        state.SetScalar("initialLoss", InitialLoss);
    }

    public void Load(StateDictionary state)
    {
        (Sum, Count, InitialLoss) = (state.GetScalar("lossSum"), (long)state.GetScalar("lossCount"), state.GetScalar("initialLoss"));
        band.Load(state.Part("lossBand"));
        guard = SwitchGuard.Read(state.Part("guard"));
    }

    public void Dispose() => DisposeUnread();

    private static double Number(Tensor loss)
    {
        if (loss.dtype == ScalarType.Float32) return loss.item<float>();
        using var wide = loss.to(ScalarType.Float64);
        return wide.item<double>();
    }

    private static List<double> Mean(List<double> losses, TrainingRanks ranks)
    {
        using var values = tensor(losses.ToArray(), ScalarType.Float32);
        ranks.Average(values);
        return [.. values.data<float>().Select(v => (double)v)];
    }

    private void Take(double loss, long step)
    {
        if (double.IsNaN(InitialLoss)) InitialLoss = loss;
        Sum += loss;
        Count++;
        band.Take(loss);
        var rolledBack = guard?.Take(loss, step);
        var slot = windowCount++ % Window;
        windowSum += loss - (windowCount > Window ? window[slot] : 0);
        window[slot] = loss;
        if (Divergence is not null) return;
        if (!double.IsFinite(loss))
            Divergence = $"The training loss of step {step} is {loss}; the first one was {InitialLoss:G4}.";
        else if (rolledBack is not null)
            Divergence = rolledBack;
        else if (windowCount >= Window && InitialLoss > 0 && windowSum / Window > BlowUpFactor * InitialLoss)
            Divergence = $"The mean training loss of the {Window} steps up to {step} is {windowSum / Window:G4}, more than {BlowUpFactor} "
                + $"times the first one, {InitialLoss:G4}.";
    }

    private void DisposeUnread()
    {
        foreach (var loss in unread) loss.Dispose();
        unread.Clear();
    }
}
