using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Symmetric matrices [n, n] as their upper triangles, row after row, [n (n+1)/2]: half of what there is to send.</summary>
internal sealed class TrianglePacking : IDisposable
{
    private readonly Tensor upper, whole;

    /// <param name="size">n, at least 1.</param>
    public TrianglePacking(long size, Device device)
    {
        using var scope = NewDisposeScope();
        var positions = triu_indices(size, size, device: device);
        upper = (positions[0] * size + positions[1]).DetachFromDisposeScope();
        var numbers = zeros(size * size, int64, device).index_copy_(0, upper, arange(upper.numel(), int64, device)).view(size, size);
        whole = (numbers + numbers.triu(1).t()).view(-1).DetachFromDisposeScope();
    }

    /// <summary>Values of a packed matrix.</summary>
    public static long Length(long size) => size * (size + 1) / 2;

    /// <param name="matrix">[n, n]; what is below the diagonal is not looked at.</param>
    /// <param name="packed">[n (n+1)/2], overwritten.</param>
    public void Pack(Tensor matrix, Tensor packed) => packed.copy_(matrix.reshape(-1).index_select(0, upper));

    /// <param name="packed">[n (n+1)/2].</param>
    /// <param name="matrix">[n, n], contiguous, overwritten.</param>
    public void Unpack(Tensor packed, Tensor matrix) => matrix.view(-1).copy_(packed.index_select(0, whole));

    public void Dispose()
    {
        upper.Dispose();
        whole.Dispose();
    }
}
