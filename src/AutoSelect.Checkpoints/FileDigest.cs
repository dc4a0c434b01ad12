using System.Security.Cryptography;

namespace AutoSelect.Checkpoints;

/// <summary>What a file is checked by.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
public sealed record FileDigest(long Bytes, string Sha256)
{
    /// <summary>Reads a stream to its end.</summary>
    public static async Task<FileDigest> Compute(Stream stream, CancellationToken ct)
    {
        var hash = await SHA256.HashDataAsync(stream, ct);
        return new FileDigest(stream.Position, Convert.ToHexStringLower(hash));
    }
}
