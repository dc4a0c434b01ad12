using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace AutoSelect.Checkpoints.S3;

/// <summary>
/// A prefix in a bucket. Nothing here is a lock: two who write one name both succeed, and the later one counts; names of checkpoints hold
/// the fencing token for that.
/// </summary>
internal sealed class S3Store(IAmazonS3 client, S3Location location, string uri) : ICheckpointStore
{
    /// <summary>Name of the hash among an object's own data.</summary>
    public const string HashKey = "sha256";

    public string Uri => uri;

    /// <summary>Files up to this length go in one request; longer ones in parts of it, or of more where there would be too many.</summary>
    public long PartBytes { get; init; } = 32 << 20;

    public Task<StoredFile?> Find(string name, CancellationToken ct) => Told(FileNames.Checked(name), async () =>
    {
        try
        {
            var found = await client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = location.Bucket, Key = location.Key(name) }, ct);
            return new StoredFile(name, found.ContentLength, found.Metadata[HashKey]);
        }
        // Without a body the answer does not say what is missing: writing does.
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }, ct);

    public Task<Stream> Open(string name, long offset, long? count, CancellationToken ct)
    {
        var request = new GetObjectRequest { BucketName = location.Bucket, Key = location.Key(FileNames.Checked(name)) };
        if (count is { } bytes) request.ByteRange = new ByteRange(offset, offset + bytes - 1);
        else if (offset > 0) request.ByteRange = new ByteRange($"bytes={offset}-");
        return Told<Stream>(name, async () => new ResponseBody(await client.GetObjectAsync(request, ct)), ct);
    }

    public Task Write(string name, Stream content, FileDigest digest, CancellationToken ct) => Told(FileNames.Checked(name), async () =>
    {
        var key = location.Key(name);
        if (digest.Bytes > PartBytes) await new S3Parts(client, location.Bucket, key, PartBytes).Write(content, digest, ct);
        else
            await client.PutObjectAsync(new PutObjectRequest
            {
                BucketName = location.Bucket,
                Key = key,
                InputStream = new RangeStream(content, 0, digest.Bytes, ownsWhole: false),
                UseChunkEncoding = false,
                Metadata = { [HashKey] = digest.Sha256 },
            }, ct);
        return true;
    }, ct);

    public async IAsyncEnumerable<StoredFile> List(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        var own = location.Key("");
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request
            {
                BucketName = location.Bucket,
                Prefix = own + prefix,
                ContinuationToken = next,
            };
            var page = await Told(prefix, () => client.ListObjectsV2Async(request, ct), ct);
            foreach (var found in page.S3Objects ?? []) yield return new StoredFile(found.Key[own.Length..], found.Size ?? 0);
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    public async Task Remove(string name, CancellationToken ct)
    {
        await Delete(FileNames.Checked(name), ct);
        var below = new List<string>();
        await foreach (var file in List(name + "/", ct)) below.Add(file.Name);
        foreach (var file in below) await Delete(file, ct);
    }

    private Task<bool> Delete(string name, CancellationToken ct) => Told(name, async () =>
    {
        try
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = location.Bucket, Key = location.Key(name) }, ct);
        }
        // Amazon's server says that it has removed what was not there; others do not.
        catch (AmazonS3Exception e) when (e is { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" }) { }
        return true;
    }, ct);

    /// <summary>
    /// Does it, and says what went wrong. What is refused for its signature or its hash is sent once more: servers and clients of S3 are
    /// known to disagree about a single one now and then, and a checkpoint is worth the second try. Wrong credentials are refused again.
    /// </summary>
    private async Task<T> Told<T>(string name, Func<Task<T>> act, CancellationToken ct)
    {
        try
        {
            try
            {
                return await act();
            }
            catch (AmazonS3Exception e) when (e.ErrorCode is "SignatureDoesNotMatch" or "BadDigest" or "XAmzContentSHA256Mismatch")
            {
                return await act();
            }
        }
        // Canceled by nobody is what the client makes of a request that takes too long.
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw S3Faults.Explain(e, location, name);
        }
    }
}
