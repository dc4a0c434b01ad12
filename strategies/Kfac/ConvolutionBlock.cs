using AutoSelect.Training.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies;

/// <summary>
/// A convolution as a linear map of its patches: A is averaged over examples and positions, G summed over positions and
/// averaged over examples. Grosse and Martens, arXiv 1602.01407.
/// </summary>
internal sealed class ConvolutionBlock : KroneckerBlock
{
    private readonly long[] kernel, stride, padding, dilation;

    /// <exception cref="UnsupportedModelException">
    /// The convolution is grouped or padded otherwise than with equal zeros on both sides.
    /// </exception>
    public ConvolutionBlock(string name, Conv2d layer) : base(name, Checked(name, layer), layer.weight!, layer.bias)
    {
        kernel = Pair(layer.kernel_size);
        stride = Pair(layer.stride);
        dilation = Pair(layer.dilation);
        padding = layer.padding_type switch
        {
            Padding.Same => [dilation[0] * (kernel[0] - 1) / 2, dilation[1] * (kernel[1] - 1) / 2],
            Padding.Valid => [0, 0],
            _ => Pair(layer.padding ?? [0, 0]),
        };
    }

    protected override (Tensor Inputs, Tensor Gradients, double GradientScale) Rows(Tensor input, Tensor gradient, long examples)
    {
        var patches = functional.unfold(input, (kernel[0], kernel[1]), dilation: (dilation[0], dilation[1]),
            padding: (padding[0], padding[1]), stride: (stride[0], stride[1]));
        return (patches.transpose(1, 2).reshape(-1, patches.shape[1]), gradient.flatten(2).transpose(1, 2).reshape(-1, gradient.shape[1]),
            (double)examples * examples / input.shape[0]);
    }

    private static Conv2d Checked(string name, Conv2d layer)
    {
        if (layer.groups != 1) throw Refused(name, $"has {layer.groups} groups", "1");
        if (layer.padding_mode != PaddingModes.Zeros) throw Refused(name, $"pads by {layer.padding_mode}", "zeros");
        if (layer.padding_type == Padding.Same
            && Pair(layer.kernel_size).Zip(Pair(layer.dilation)).Any(p => (p.First - 1) * p.Second % 2 != 0))
            throw Refused(name, $"has a kernel of {string.Join("x", layer.kernel_size)} and 'same' padding", "an odd kernel");
        return layer;
    }

    private static UnsupportedModelException Refused(string name, string what, string rule) =>
        new($"kfac: convolution '{name}' {what}; it must be {rule}.");

    private static long[] Pair(long[] values) => values.Length == 1 ? [values[0], values[0]] : values;
}
