using AutoSelect.Checkpoints;
using AutoSelect.Contracts;

namespace AutoSelect.Device.Checkpoints;

/// <summary>A local file that is to be in the store.</summary>
/// <param name="Path">The file.</param>
/// <param name="Uri">Its name in the store.</param>
/// <param name="Digest">Its length and hash.</param>
/// <param name="Checkpoint">
/// The trial's state that it is, as it will be reported; null for what others wait for: a beginning of another trial, or final weights.
/// </param>
internal sealed record Upload(string Path, string Uri, FileDigest Digest, Checkpoint? Checkpoint)
{
    /// <summary>Of a checkpoint on the disk.</summary>
    /// <param name="local">As it was written.</param>
    /// <param name="uri">Its name in the store.</param>
    /// <param name="isOwn">True for one that the trial goes on from itself.</param>
    public static Upload OfCheckpoint(Checkpoint local, string uri, bool isOwn)
    {
        var hash = local.Sha256 ?? throw new ArgumentException($"The checkpoint '{local.Uri}' has no hash.", nameof(local));
        return new(local.Uri, uri, new FileDigest(local.Bytes, hash), isOwn ? local with { Uri = uri } : null);
    }
}
