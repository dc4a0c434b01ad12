using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// Averages of G Gᵀ (left) and Gᵀ G (right) over the gradients G [count, m, n] of a batch of matrices, and one matrix derived from each,
/// such as a root or a basis. A side longer than the greatest dimension has none: it is left as it is.
/// </summary>
internal sealed class KroneckerFactors : IDisposable
{
    private readonly Tensor?[] averages = new Tensor?[2], derived = new Tensor?[2];

    /// <param name="batch">The matrices.</param>
    /// <param name="like">A tensor of the gradients' type and device.</param>
    /// <param name="greatestDimension">Longest side that gets a factor.</param>
    public KroneckerFactors(MatrixBatch batch, Tensor like, int greatestDimension)
    {
        Batch = batch;
        long[] sides = [batch.Rows, batch.Columns];
        for (var side = 0; side < 2; side++)
        {
            if (sides[side] > greatestDimension) continue;
            averages[side] = zeros([batch.Count, sides[side], sides[side]], like.dtype, like.device).DetachFromDisposeScope();
            derived[side] = eye(sides[side], sides[side], like.dtype, like.device).repeat(batch.Count, 1, 1).DetachFromDisposeScope();
        }
    }

    /// <summary>The factors of all batches that have at least one.</summary>
    public static IReadOnlyList<KroneckerFactors> ForGroup(FlatParameters flat, int group, int greatestDimension) =>
        [.. MatrixBatch.BatchesOfGroup(flat, group).Where(batch => Math.Min(batch.Rows, batch.Columns) <= greatestDimension)
            .Select(batch => new KroneckerFactors(batch, flat.Values, greatestDimension))];

    public MatrixBatch Batch { get; }

    /// <summary>Sides that have a factor, 1 or 2.</summary>
    public int Count => averages.Count(average => average is not null);

    /// <summary>L ← βL + (1-β) G Gᵀ, R ← βR + (1-β) Gᵀ G.</summary>
    public void Add(Tensor gradients, double beta)
    {
        var transposed = gradients.transpose(1, 2);
        averages[0]?.mul_(beta).add_(gradients.bmm(transposed), 1 - beta);
        averages[1]?.mul_(beta).add_(transposed.bmm(gradients), 1 - beta);
    }

    /// <summary>Renews the derived matrices from average and present derived matrix, both [count, d, d], of each side.</summary>
    /// <param name="derive">
    /// Given side (0 left, 1 right), average and derived matrix; returns the new one, or null to keep the present one.
    /// </param>
    /// <returns>False where one was kept.</returns>
    public bool Derive(Func<int, Tensor, Tensor, Tensor?> derive)
    {
        var all = true;
        for (var side = 0; side < 2; side++)
        {
            if (averages[side] is not { } average || derived[side] is not { } present) continue;
            if (derive(side, average, present) is { } renewed) present.copy_(renewed);
            else all = false;
        }
        return all;
    }

    /// <summary>D_L M D_R with the derived matrices D.</summary>
    public Tensor Apply(Tensor matrices)
    {
        var left = derived[0] is { } l ? l.bmm(matrices) : matrices;
        return derived[1] is { } r ? left.bmm(r) : left;
    }

    /// <summary>D_Lᵀ M D_R.</summary>
    public Tensor Rotate(Tensor matrices)
    {
        var left = derived[0] is { } l ? l.transpose(1, 2).bmm(matrices) : matrices;
        return derived[1] is { } r ? left.bmm(r) : left;
    }

    /// <summary>D_L M D_Rᵀ.</summary>
    public Tensor RotateBack(Tensor matrices)
    {
        var left = derived[0] is { } l ? l.bmm(matrices) : matrices;
        return derived[1] is { } r ? left.bmm(r.transpose(1, 2)) : left;
    }

    public void Save(StateDictionary state)
    {
        foreach (var (name, tensor) in Tensors()) state.Set(name, tensor);
    }

    public void Load(StateDictionary state)
    {
        foreach (var (name, tensor) in Tensors()) state.CopyTo(name, tensor);
    }

    public void Dispose()
    {
        foreach (var (_, tensor) in Tensors()) tensor.Dispose();
    }

    private IEnumerable<(string Name, Tensor Tensor)> Tensors()
    {
        string[] sides = ["left", "right"];
        for (var side = 0; side < 2; side++)
        {
            if (averages[side] is { } average) yield return (sides[side], average);
            if (derived[side] is { } matrix) yield return ($"{sides[side]}Derived", matrix);
        }
    }
}
