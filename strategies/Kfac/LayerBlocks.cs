using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies;

/// <summary>Finds the layers of a model that have a block of their own.</summary>
internal static class LayerBlocks
{
    /// <summary>
    /// Blocks for Linear, Conv2d, and batch norm and layer norm with scale and shift, in the model's order; all other parameters are left
    /// over.
    /// </summary>
    /// <exception cref="UnsupportedModelException">
    /// A convolution without a block, weights shared between layers, or no layer with a block.
    /// </exception>
    public static IReadOnlyList<LayerBlock> FromModel(Module model)
    {
        var owners = new Dictionary<Parameter, string>(ReferenceEqualityComparer.Instance);
        var blocks = new List<LayerBlock>();
        try
        {
            foreach (var (name, layer) in model.named_modules().Prepend((name: "", module: model)))
            {
                foreach (var (_, parameter) in layer.named_parameters(recurse: false))
                    if (!owners.TryAdd(parameter, name))
                        throw new UnsupportedModelException(
                            $"kfac: layers '{owners[parameter]}' and '{name}' share a parameter; every parameter must belong to one "
                            + "layer.");
                LayerBlock? block = layer switch
                {
                    Linear linear when linear.weight!.requires_grad => new LinearBlock(name, linear),
                    Conv2d convolution when convolution.weight!.requires_grad => new ConvolutionBlock(name, convolution),
                    BatchNorm { weight.requires_grad: true, bias.requires_grad: true } norm => new BatchNormBlock(name, norm),
                    LayerNorm { weight.requires_grad: true, bias.requires_grad: true } norm => new LayerNormBlock(name, norm),
                    _ => null,
                };
                if (block is not null) blocks.Add(block);
            }
            if (blocks.Count == 0)
                throw new UnsupportedModelException(
                    "kfac: the model has 0 trained Linear, Conv2d, BatchNorm and LayerNorm layers; at least 1 is needed.");
        }
        catch
        {
            foreach (var block in blocks) block.Dispose();
            throw;
        }
        return blocks;
    }
}
