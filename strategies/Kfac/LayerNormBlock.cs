using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// Layer norm over the last axes of [n, …]. The positions before them are taken for tokens, each a term of a loss that is a mean over
/// tokens, as <see cref="LinearBlock"/> takes them; unlike there, one token's influence on the loss of others is in the block.
/// </summary>
internal sealed class LayerNormBlock(string name, LayerNorm layer) : NormBlock(name, layer, layer.weight!, layer.bias!)
{
    protected override (Tensor A, Tensor B, long Terms) PerExample(Tensor input, Tensor gradient)
    {
        var (x, g) = (input.reshape(input.shape[0], -1, layer.weight.numel()), gradient.reshape(input.shape[0], -1, layer.weight.numel()));
        var centred = x - x.mean([2], keepdim: true);
        var normalised = centred * ((centred * centred).mean([2], keepdim: true) + layer.eps).rsqrt();
        return ((normalised * g).sum([1]), g.sum([1]), x.shape[1]);
    }
}
