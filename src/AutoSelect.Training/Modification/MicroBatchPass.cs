using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Passes a batch in parts of at most <paramref name="size"/> examples, to save memory: the parts' mean gradients, weighted by their share
/// of the batch, add up to the whole batch's, up to the order of summation. Layers that mix the examples of a batch would see smaller
/// batches.
/// </summary>
internal sealed class MicroBatchPass(GradientPass inner, int size) : GradientPass
{
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var examples = batch.Inputs.shape[0];
        if (examples <= size) return inner.Run(batch, watch, share);
        var mean = zeros(1, device: batch.Inputs.device).squeeze();
        for (var at = 0L; at < examples; at += size)
        {
            // What a part leaves behind is freed before the next one: that is what the parts are for.
            using var scope = NewDisposeScope();
            var count = Math.Min(size, examples - at);
            var part = new Batch(batch.Inputs.narrow(0, at, count), batch.Targets.narrow(0, at, count));
            var weight = (double)count / examples;
            mean.add_(inner.Run(part, watch, share * weight), weight);
        }
        return mean;
    }

    /// <exception cref="UnsupportedModelException">The model has BatchNorm layers.</exception>
    public static void Check(nn.Module model, int size)
    {
        if (TraitsOf.HasBatchNorm(model))
            throw new UnsupportedModelException(
                $"microBatch {size}: the model has BatchNorm layers, whose statistics are those of a whole batch; leave microBatch out or "
                + "use another norm.");
    }
}
