using System.Diagnostics;
using System.Numerics.Tensors;

namespace AutoSelect.Communication;

/// <summary>All-reduce of one matrix as a product of two thin ones, with error feedback; the same bits on all ranks.</summary>
/// <remarks>
/// M own gradient [n, m], E residual [n, m] (starts at 0), Q [m, r] kept from step to step (starts from normal random numbers, the same on
/// all ranks), p ranks:
/// <code>
/// M ← M + E
/// P ← Σ M Q over the ranks,  P ← orthonormal columns of P (Gram-Schmidt)      [n, r]
/// Q ← Σ Mᵀ P over the ranks                                                   [m, r]
/// result: P Qᵀ,   E ← M - P (own Mᵀ P)ᵀ
/// </code>
/// One power iteration a step, warm-started by the last Q. A rank sends what an all-reduce of r (n + m) values sends; worth it when that is
/// well below n m. Subtracting the own share of the result, not the mean, makes the residuals of all ranks add up to exactly what was lost.
/// Vogels, Karimireddy and Jaggi, PowerSGD, arXiv 1905.13727.
/// </remarks>
public sealed class PowerSgdAllReduce : AllReduceMethod
{
    // A column that others explain to this share of its length is rounding noise.
    private const float Dependent = 1e-5f;

    private readonly ProcessGroup group;
    private readonly int rows, columns, rank;
    // Both are stored column by column: a column of P is contiguous, and so is one of Q.
    private readonly float[] p, q, own, residual;

    /// <param name="group">The ranks.</param>
    /// <param name="rows">n, at least 1.</param>
    /// <param name="columns">m, at least 1.</param>
    /// <param name="rank">r, from 1 to the smaller of n and m; 1 to 4 is usual.</param>
    /// <param name="seed">For the first Q; the same on all ranks.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value breaks its rule; the message gives both.</exception>
    public PowerSgdAllReduce(ProcessGroup group, int rows, int columns, int rank, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (rank < 1 || rank > Math.Min(rows, columns))
            throw new ArgumentOutOfRangeException(
                nameof(rank), rank, $"The rank of the approximation of a {rows} by {columns} matrix is 1 to {Math.Min(rows, columns)}.");
        (this.group, this.rows, this.columns, this.rank) = (group, rows, columns, rank);
        (p, q, own, residual) = (new float[rows * rank], new float[columns * rank], new float[columns * rank], new float[rows * columns]);
        var random = new Random(seed);
        for (var i = 0; i < q.Length; i++)
            q[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    /// <summary>E [n, m] by rows.</summary>
    public override Memory<float> Residual => residual;

    /// <summary>Q [m, r] by columns.</summary>
    public override Memory<float> Factor => q;

    /// <param name="values">n·m values by rows.</param>
    public override void Run(Span<float> values)
    {
        if (values.Length != residual.Length)
            throw new ArgumentException($"The matrix has {rows} by {columns} values, not {values.Length}.");
        var (sentBefore, started) = (group.BytesSent, Stopwatch.GetTimestamp());
        TensorPrimitives.Add(values, residual, residual);
        var norm = TensorPrimitives.Norm<float>(residual);
        for (var row = 0; row < rows; row++)
            for (var k = 0; k < rank; k++)
                p[k * rows + row] = TensorPrimitives.Dot<float>(residual.AsSpan(row * columns, columns), q.AsSpan(k * columns, columns));
        started = Send(p, started);
        Orthonormalize();
        Array.Clear(own);
        for (var row = 0; row < rows; row++)
            for (var k = 0; k < rank; k++)
                AddScaled(residual.AsSpan(row * columns, columns), p[k * rows + row], own.AsSpan(k * columns, columns));
        own.CopyTo(q, 0);
        started = Send(q, started);
        values.Clear();
        for (var row = 0; row < rows; row++)
            for (var k = 0; k < rank; k++)
            {
                AddScaled(q.AsSpan(k * columns, columns), p[k * rows + row], values.Slice(row * columns, columns));
                AddScaled(own.AsSpan(k * columns, columns), -p[k * rows + row], residual.AsSpan(row * columns, columns));
            }
        RelativeError = norm == 0 ? 0 : TensorPrimitives.Norm<float>(residual) / norm;
        CastTicks += Stopwatch.GetTimestamp() - started;
        Bytes += group.BytesSent - sentBefore;
        Rounds++;
    }

    /// <summary>Sums over the ranks; the time of that is not the compression's.</summary>
    private long Send(float[] values, long started)
    {
        CastTicks += Stopwatch.GetTimestamp() - started;
        group.AllReduce(values);
        return Stopwatch.GetTimestamp();
    }

    private static void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y) => TensorPrimitives.MultiplyAdd(x, factor, y, y);

    /// <summary>Modified Gram-Schmidt; a column that depends on those before becomes 0 and adds nothing.</summary>
    private void Orthonormalize()
    {
        for (var k = 0; k < rank; k++)
        {
            var column = p.AsSpan(k * rows, rows);
            var before = TensorPrimitives.Norm<float>(column);
            for (var other = 0; other < k; other++)
            {
                var earlier = p.AsSpan(other * rows, rows);
                AddScaled(earlier, -TensorPrimitives.Dot<float>(earlier, column), column);
            }
            var norm = TensorPrimitives.Norm<float>(column);
            if (norm > Dependent * before) TensorPrimitives.Divide(column, norm, column);
            else column.Clear();
        }
    }
}
