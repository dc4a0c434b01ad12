using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Orthogonal bases that follow the eigenvectors of slowly changing symmetric matrices.</summary>
internal static class Basis
{
    /// <summary>Eigenvectors as columns, greatest eigenvalue first, [count, n, n]; null where an entry is not finite.</summary>
    public static Tensor? Exact(Tensor matrices) => matrices.isfinite().all().ToBoolean() ? linalg.eigh(matrices).Item2.flip(2) : null;

    /// <summary>One step of orthogonal iteration from a basis whose columns are first sorted by their estimated eigenvalues.</summary>
    /// <param name="matrices">S, [count, n, n].</param>
    /// <param name="basis">Q, [count, n, n].</param>
    /// <returns>The orthogonal factor of QR(SQ), and the order in which the columns of Q were taken, [count, n].</returns>
    public static (Tensor Turned, Tensor Order) Turn(Tensor matrices, Tensor basis)
    {
        var product = matrices.bmm(basis);
        var order = (basis * product).sum(1).argsort(1, descending: true);
        return (linalg.qr(product.gather(2, order.unsqueeze(1).expand(product.shape))).Q, order);
    }
}
