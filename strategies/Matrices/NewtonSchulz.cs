using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Approximate orthogonalisation: U Vᵀ of M = U Σ Vᵀ, with products alone.</summary>
/// <remarks>
/// X = M/‖M‖ [m, n] with m ≤ n, then five times
/// <code>
/// A = X Xᵀ,   X ← aX + (bA + cA²) X
/// </code>
/// with (a, b, c) = (3.4445, -4.7750, 2.0315), an odd polynomial in the singular values with the steepest slope at 0 that keeps them near
/// 1: those above about .005 end between .68 and 1.14. It does not converge to 1, nor need it. Jordan et al.,
/// kellerjordan.github.io/posts/muon, 2024.
/// </remarks>
internal static class NewtonSchulz
{
    public const int Iterations = 5;
    private const double A = 3.4445, B = -4.7750, C = 2.0315;

    /// <summary>Keeps a matrix of zeros zero.</summary>
    private const double SmallestNorm = 1e-7;

    /// <param name="matrices">[count, m, n].</param>
    /// <returns>[count, m, n], in the caller's dispose scope.</returns>
    public static Tensor Orthogonalize(Tensor matrices)
    {
        // Products of the shorter side are the cheaper ones.
        var upright = matrices.shape[1] > matrices.shape[2];
        var x = upright ? matrices.transpose(1, 2) : matrices;
        x = x / MatrixBatch.Norms(x).add_(SmallestNorm);
        for (var i = 0; i < Iterations; i++)
        {
            var a = x.bmm(x.transpose(1, 2));
            var polynomial = (a * B).add_(a.bmm(a), C);
            x = polynomial.bmm(x).add_(x, A);
        }
        return upright ? x.transpose(1, 2) : x;
    }
}
