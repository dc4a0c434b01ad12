using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Ranks.Carriers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>Which parameters are exchanged together.</summary>
internal static class BucketPlan
{
    /// <summary>
    /// The trainable parameters by layer, in the model's order. A layer is a module that holds parameters itself; a parameter of several
    /// modules belongs to the first. A model that hides its layers is one.
    /// </summary>
    public static IReadOnlyList<(nn.Module Module, IReadOnlyList<(string Name, Parameter Parameter)> Parameters)> Layers(nn.Module model)
    {
        if (TraitsOf.HidesLayers(model)) return [(model, [.. model.named_parameters().Where(p => p.parameter.requires_grad)])];
        var seen = new HashSet<nint>();
        var layers = new List<(nn.Module, IReadOnlyList<(string, Parameter)>)>();
        foreach (var (prefix, module) in model.named_modules().Select(m => (m.name, m.module)).Prepend(("", model)))
        {
            var own = module.named_parameters(recurse: false).Where(p => p.parameter.requires_grad && seen.Add(p.parameter.Handle))
                .Select(p => (prefix.Length == 0 ? p.name : $"{prefix}.{p.name}", p.parameter)).ToList();
            if (own.Count > 0) layers.Add((module, own));
        }
        return layers;
    }

    /// <summary>
    /// Layers fused from the last to the first, as the backward pass completes them, until a bucket holds <paramref name="bytes"/>; a layer
    /// is never split.
    /// </summary>
    public static IReadOnlyList<GradientBucket> Fuse(nn.Module model, long bytes, BucketCarrier carrier, int ranks)
    {
        var layers = Layers(model);
        var buckets = new List<GradientBucket>();
        var (open, size) = (new List<(string, Parameter)>(), 0L);
        for (var layer = layers.Count - 1; layer >= 0; layer--)
        {
            open.InsertRange(0, layers[layer].Parameters);
            size += layers[layer].Parameters.Sum(p => p.Parameter.numel()) * sizeof(float);
            if (size < bytes && layer > 0) continue;
            buckets.Add(new GradientBucket(layer, open, carrier, buckets.Count, ranks));
            (open, size) = ([], 0);
        }
        return buckets;
    }
}
