using AutoSelect.Training.Strategies;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>
/// Simulated: SGD whose gradients are all applied a fixed number of updates after the parameters they were computed from, one after another
/// on the calling thread, so that runs can be repeated and compared. <see cref="AsynchronousSgd"/> is the real thing.
/// </summary>
public sealed class SimulatedStaleSgd : IDisposable
{
    private readonly Module<Tensor, Tensor> model;
    private readonly Func<Tensor, Tensor, Tensor> loss;
    private readonly FlatParameters flat;
    private readonly MomentumWeights state;
    private readonly int staleness;
    private readonly Queue<Tensor> late = new();

    /// <param name="staleness">
    /// Updates s between reading the parameters and applying the gradient, at least 0; the first s gradients find none.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A setting or the staleness outside its domain.</exception>
    public SimulatedStaleSgd(Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss, StaleSgdSettings settings, int staleness)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(staleness);
        settings.Validate();
        (this.model, this.loss, this.staleness) = (model, loss, staleness);
        flat = FlatParameters.ByDecay(model);
        state = new(settings, flat.Values, flat.ValuesOf(0).numel());
    }

    /// <summary>Updates so far.</summary>
    public long Updates => state.Updates;

    /// <summary>Computes one gradient, and applies the one of s steps ago.</summary>
    /// <returns>The batch's mean loss where the gradient was computed, detached.</returns>
    public Tensor Step(Batch batch)
    {
        using (no_grad()) state.Predict(staleness, flat.Values);
        flat.Gradients.zero_();
        using var value = loss(model.call(batch.Inputs), batch.Targets);
        value.backward();
        using var off = no_grad();
        late.Enqueue(flat.Gradients.clone().DetachFromDisposeScope());
        if (late.Count > staleness)
        {
            using var gradient = late.Dequeue();
            state.Apply(gradient, 1);
        }
        return value.detach();
    }

    /// <summary>Puts the parameters, not where a gradient was computed, into the model.</summary>
    public void ShowWeights()
    {
        using var off = no_grad();
        flat.Values.copy_(state.Weights);
    }

    public void Dispose()
    {
        foreach (var gradient in late) gradient.Dispose();
        state.Dispose();
        flat.Dispose();
    }
}
