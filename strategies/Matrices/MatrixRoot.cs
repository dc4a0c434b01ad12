using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Inverse roots of symmetric positive semi-definite matrices by their eigenvalues.</summary>
internal static class MatrixRoot
{
    /// <summary>(S + ε λ I)^(-1/root), λ the greatest eigenvalue of S.</summary>
    /// <param name="matrices">S, [count, n, n].</param>
    /// <param name="epsilon">ε is relative, because single precision knows eigenvalues no better than to 1e-7 of the greatest.</param>
    /// <returns>[count, n, n], in the caller's dispose scope; null where an entry is not finite.</returns>
    public static Tensor? Inverse(Tensor matrices, double root, double epsilon)
    {
        if (!matrices.isfinite().all().ToBoolean()) return null;
        var (values, vectors) = linalg.eigh(matrices);
        var greatest = values.narrow(1, values.shape[1] - 1, 1);
        // Rounding leaves some eigenvalues below 0; and a matrix of zeros still needs a finite root.
        var powers = values.clamp_min(0).add_(greatest, epsilon).clamp_min_(1e-30).pow_(-1 / root);
        return (vectors * powers.unsqueeze(1)).bmm(vectors.transpose(1, 2));
    }
}
