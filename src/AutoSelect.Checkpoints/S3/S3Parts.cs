using Amazon.S3;
using Amazon.S3.Model;

namespace AutoSelect.Checkpoints.S3;

/// <summary>Writes a large object in parts, one after the other, and leaves none of them behind when it gives up.</summary>
/// <param name="client">The server.</param>
/// <param name="bucket">Where.</param>
/// <param name="key">The object.</param>
/// <param name="smallestPart">Bytes of a part, where no more than the protocol's 10,000 of them are needed.</param>
internal sealed class S3Parts(IAmazonS3 client, string bucket, string key, long smallestPart)
{
    private const int MostParts = 10_000;

    /// <summary>The longest time to take parts back, when the caller has given up already.</summary>
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(30);

    public async Task Write(Stream content, FileDigest digest, CancellationToken ct)
    {
        var begun = await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, Metadata = { [S3Store.HashKey] = digest.Sha256 } }, ct);
        try
        {
            var parts = await WriteParts(begun.UploadId, content, digest.Bytes, ct);
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = begun.UploadId, PartETags = parts }, ct);
        }
        catch
        {
            await Abort(begun.UploadId);
            throw;
        }
    }

    private async Task<List<PartETag>> WriteParts(string upload, Stream content, long bytes, CancellationToken ct)
    {
        var part = Math.Max(smallestPart, (bytes + MostParts - 1) / MostParts);
        var written = new List<PartETag>();
        for (var offset = 0L; offset < bytes; offset += part)
        {
            var size = Math.Min(part, bytes - offset);
            var answer = await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = bucket,
                Key = key,
                UploadId = upload,
                PartNumber = written.Count + 1,
                PartSize = size,
                InputStream = new RangeStream(content, offset, size, ownsWhole: false),
                UseChunkEncoding = false,
            }, ct);
            written.Add(new PartETag(written.Count + 1, answer.ETag));
        }
        return written;
    }

    private async Task Abort(string upload)
    {
        using var patience = new CancellationTokenSource(AbortPatience, TimeProvider.System);
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload }, patience.Token);
        }
        catch (Exception e)
            when (e is Amazon.Runtime.AmazonServiceException or HttpRequestException or IOException or OperationCanceledException)
        {
            // The bucket's own rule for unfinished uploads removes them; why it failed matters more.
        }
    }
}
