using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// Parameters of one shape that stand together in the flat tensors, seen as matrices [count, rows, columns]; a kernel [out, in, …] is a
/// matrix of out rows. Batched products over them take one kernel where a loop over parameters takes many.
/// </summary>
internal sealed record MatrixBatch(long Offset, long Count, long Rows, long Columns)
{
    /// <summary>The batches of one group of parameters of at least two dimensions.</summary>
    public static IReadOnlyList<MatrixBatch> BatchesOfGroup(FlatParameters flat, int group)
    {
        var batches = new List<MatrixBatch>();
        long[]? shape = null;
        foreach (var parameter in flat.ParametersOf(group))
        {
            if (shape is not null && parameter.shape.SequenceEqual(shape)) batches[^1] = batches[^1] with { Count = batches[^1].Count + 1 };
            else batches.Add(new(flat.OffsetOf(parameter), 1, parameter.shape[0], parameter.numel() / parameter.shape[0]));
            shape = parameter.shape;
        }
        return batches;
    }

    /// <summary>Their part of a flat tensor, a view [count, rows, columns].</summary>
    public Tensor View(Tensor flat) => flat.narrow(0, Offset, Count * Rows * Columns).view(Count, Rows, Columns);

    /// <summary>Frobenius norm of each matrix of a batch, [count, 1, 1].</summary>
    public static Tensor Norms(Tensor matrices) => matrices.flatten(1).norm(1, keepdim: true, p: 2).unsqueeze(2);
}
