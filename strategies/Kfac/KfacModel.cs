using AutoSelect.Training.Strategies;
using TorchSharp.Modules;

namespace AutoSelect.Strategies;

/// <summary>A model's blocks, and its parameters in four groups: matrices and vectors with a block, then those without.</summary>
internal sealed record KfacModel(IReadOnlyList<LayerBlock> Blocks, FlatParameters Flat)
{
    /// <exception cref="UnsupportedModelException">See <see cref="Kfac.Start"/>.</exception>
    public static KfacModel ForTask(TrainingTask task)
    {
        var blocks = LayerBlocks.FromModel(task.Model);
        try
        {
            var inBlocks = blocks.SelectMany(block => block.Parameters).ToArray();
            var known = inBlocks.ToHashSet<object>(ReferenceEqualityComparer.Instance);
            var others = task.Model.parameters().Where(p => p.requires_grad && !known.Contains(p)).ToArray();
            bool IsMatrix(Parameter p) => p.dim() >= 2;
            bool IsVector(Parameter p) => p.dim() < 2;
            return new(blocks,
                new FlatParameters(inBlocks.Where(IsMatrix), inBlocks.Where(IsVector), others.Where(IsMatrix), others.Where(IsVector)));
        }
        catch
        {
            foreach (var block in blocks) block.Dispose();
            throw;
        }
    }
}
