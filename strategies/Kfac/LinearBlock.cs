using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>A linear layer on [n, d] or [n, t, …, d]; every token is a row, as fits a loss that is a mean over tokens.</summary>
internal sealed class LinearBlock(string name, Linear layer) : KroneckerBlock(name, layer, layer.weight!, layer.bias)
{
    protected override (Tensor Inputs, Tensor Gradients, double GradientScale) Rows(Tensor input, Tensor gradient, long examples)
    {
        var inputs = input.reshape(-1, input.shape[^1]);
        var used = inputs.shape[0];
        var all = (double)used / input.shape[0] * examples;
        return (inputs, gradient.reshape(-1, gradient.shape[^1]), all * all / used);
    }
}
