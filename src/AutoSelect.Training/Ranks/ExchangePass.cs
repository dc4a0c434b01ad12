using AutoSelect.Training.Modification;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>
/// Passes this rank's part of a batch and makes the gradients those of the whole batch. Parts are of one size, so the mean over the ranks
/// is the mean over the examples. Modifiers around it see the whole batch's gradient, as on one rank.
/// </summary>
internal sealed class ExchangePass(GradientPass inner, GradientExchange exchange) : GradientPass
{
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        exchange.Begin();
        // What the forward pass did not come by is updated before gradients are written anew.
        var around = exchange.Defers ? watch with { After = output => { exchange.Flush(); watch.After?.Invoke(output); } } : watch;
        var loss = inner.Run(batch, around, share);
        exchange.Complete();
        return loss;
    }
}
