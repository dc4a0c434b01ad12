using AutoSelect.Training.Checkpoints;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// Draws the weights of one layer's posterior around their mean: a matrix normal with the inverse damped factors as covariances.
/// </summary>
/// <remarks>
/// L Lᵀ = A + rπ I and K Kᵀ = G + r/π I lower triangles with the damping r² (<see cref="KroneckerBlock"/>), E standard normal [d_g, d_a]:
/// <code>
/// W - M = √s K⁻ᵀ E L⁻¹,  whose rows stacked have the covariance s (G + r/π I)⁻¹ ⊗ (A + rπ I)⁻¹
/// </code>
/// </remarks>
internal sealed class KroneckerNoise : IDisposable
{
    private readonly KroneckerBlock block;
    private readonly Tensor rootA, rootG;

    public KroneckerNoise(KroneckerBlock block)
    {
        this.block = block;
        (rootA, rootG) = (zeros_like(block.A).DetachFromDisposeScope(), zeros_like(block.G).DetachFromDisposeScope());
    }

    /// <summary>
    /// Takes L⁻¹ and K⁻¹ from the factors as they are now; factors without a triangle leave the ones before. Under no_grad.
    /// </summary>
    public void Refresh(double damping)
    {
        using var scope = NewDisposeScope();
        if (KroneckerBlock.DampedCholesky(block.A, block.G, damping) is not var (a, g)) return;
        rootA.copy_(Inverse(a));
        rootG.copy_(Inverse(g));
    }

    /// <summary>The block whose weights are drawn.</summary>
    public KroneckerBlock Block => block;

    /// <summary>L⁻¹ and K⁻¹ mirrored at the diagonal, in which form symmetric matrices are exchanged; new tensors.</summary>
    public Tensor[] Mirrored() => [rootA + rootA.tril(-1).t(), rootG + rootG.tril(-1).t()];

    /// <summary>Takes over what <see cref="Mirrored"/> gave on another rank, under no_grad.</summary>
    public void Take(Tensor[] mirrored)
    {
        rootA.copy_(mirrored[0].tril());
        rootG.copy_(mirrored[1].tril());
    }

    /// <summary>Draws [count, d_g, d_a] with s = 1; zeros before the first <see cref="Refresh"/>.</summary>
    public Tensor Draw(Generator generator, long count)
    {
        var normal = randn([count, rootG.shape[0], rootA.shape[0]], rootA.dtype, rootA.device, generator: generator);
        var byRows = nn.functional.linear(normal, rootA.t());
        return nn.functional.linear(byRows.transpose(1, 2), rootG.t()).transpose(1, 2);
    }

    /// <summary>Adds a draw times √s to the layer's parameters, under no_grad.</summary>
    public void AddTo(Generator generator, double deviation)
    {
        using var scope = NewDisposeScope();
        var noise = Draw(generator, 1)[0].mul_(deviation);
        var columns = block.Weight.numel() / block.Weight.shape[0];
        block.Weight.add_(noise.narrow(1, 0, columns).reshape(block.Weight.shape));
        block.Bias?.add_(noise.select(1, columns));
    }

    public void Save(StateDictionary state)
    {
        state.Set("rootA", rootA);
        state.Set("rootG", rootG);
    }

    public void Load(StateDictionary state)
    {
        state.CopyTo("rootA", rootA);
        state.CopyTo("rootG", rootG);
    }

    public void Dispose()
    {
        rootA.Dispose();
        rootG.Dispose();
    }

    private static Tensor Inverse(Tensor triangle) =>
        linalg.solve_triangular(triangle, eye(triangle.shape[0], dtype: triangle.dtype, device: triangle.device), upper: false);
}
