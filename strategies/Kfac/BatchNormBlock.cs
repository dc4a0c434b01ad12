using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Batch norm over [n, channels, …]; an example's loss depends on all its positions together.</summary>
internal sealed class BatchNormBlock(string name, BatchNorm layer) : NormBlock(name, layer, layer.weight!, layer.bias!)
{
    // Normalised as the forward pass did, by the batch in training and by the running statistics else.
    protected override (Tensor A, Tensor B, long Terms) PerExample(Tensor input, Tensor gradient)
    {
        var (x, g) = (input.reshape(input.shape[0], input.shape[1], -1), gradient.reshape(input.shape[0], input.shape[1], -1));
        var byBatch = layer.training || layer.running_mean is null;
        var mean = byBatch ? x.mean([0, 2]) : layer.running_mean!;
        var centred = x - mean.unsqueeze(1);
        var variance = byBatch ? (centred * centred).mean([0, 2]) : layer.running_var!;
        return ((centred * g).sum([2]) * (variance + layer.eps).rsqrt(), g.sum([2]), 1);
    }
}
