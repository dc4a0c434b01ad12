using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Testing.Checkpoints;

/// <summary>
/// A stand-in for a server that speaks S3, for its faults: objects in memory over HTTP, no signatures, and whatever goes wrong is what the
/// test asks for. What a real server does is tested against one (<see cref="SwiftServer"/>).
/// </summary>
public sealed class S3StandIn : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string? Sha256)> objects = [];
    private readonly ConcurrentDictionary<string, (SortedDictionary<int, byte[]> Parts, string? Sha256)> uploads = [];
    private int begun;

    private S3StandIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        server = builder.Build();
        server.Run(Answer);
    }

    /// <summary>Of a prefix in its bucket.</summary>
    public string Place { get; private set; } = "";

    /// <summary>What goes wrong with a request; null for nothing. Asked before it is carried out.</summary>
    public Func<HttpRequest, Task<StandInFault?>> Fault { get; set; } = _ => Task.FromResult<StandInFault?>(null);

    /// <summary>Keys of the objects, in order.</summary>
    public IReadOnlyList<string> Keys => [.. objects.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Uploads in parts that have neither ended nor been aborted.</summary>
    public int OpenUploads => uploads.Count;

    /// <summary>Requests so far, as method and key.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public byte[] this[string key]
    {
        get => objects[key].Bytes;
        set => objects[key] = (value, objects.GetValueOrDefault(key).Sha256);
    }

    public static async Task<S3StandIn> Start()
    {
        var server = new S3StandIn();
        await server.server.StartAsync();
        server.Place = $"s3://bucket/jobs?endpoint={server.server.Urls.First()}&region=us-east-1";
        return server;
    }

    public void Remove(string key) => objects.TryRemove(key, out _);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var key = context.Request.Path.Value!["/bucket".Length..].TrimStart('/');
        Requests.Enqueue($"{context.Request.Method} {key}");
        var fault = await Fault(context.Request);
        if (fault is { Drops: true })
        {
            context.Abort();
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (fault?.Status is { } status)
        {
            context.Response.StatusCode = status;
            await Send(context, Xml($"<Error><Code>{fault.Code}</Code><Message>stand-in</Message></Error>"));
        }
        else await Carry(context, key, body.ToArray(), fault);
    }

    private Task Carry(HttpContext context, string key, byte[] body, StandInFault? fault)
    {
        var (request, response) = (context.Request, context.Response);
        string? hash = request.Headers["x-amz-meta-sha256"], upload = request.Query["uploadId"];
        switch (request.Method)
        {
            case "GET" when key.Length == 0:
                var found = Keys.Where(k => k.StartsWith(request.Query["prefix"].ToString(), StringComparison.Ordinal))
                    .Select(k => $"<Contents><Key>{k}</Key><Size>{objects[k].Bytes.Length}</Size></Contents>");
                return Send(context, Xml($"<ListBucketResult><IsTruncated>false</IsTruncated>{string.Concat(found)}</ListBucketResult>"));
            case "GET" or "HEAD":
                return Give(context, key, fault);
            case "DELETE":
                if (upload is not null) uploads.TryRemove(upload, out _);
                else objects.TryRemove(key, out _);
                response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case "POST" when upload is null:
                var id = $"upload-{Interlocked.Increment(ref begun)}";
                uploads[id] = ([], hash);
                return Send(context, Xml($"<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"));
            case "POST":
                uploads.TryRemove(upload!, out var all);
                objects[key] = ([.. all.Parts.Values.SelectMany(p => p)], all.Sha256);
                return Send(context, Xml("<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"));
            default:
                if (upload is null) objects[key] = (body, hash);
                else uploads[upload].Parts[int.Parse(request.Query["partNumber"]!, CultureInfo.InvariantCulture)] = body;
                response.Headers.ETag = Tag(body);
                return Task.CompletedTask;
        }
    }

    private Task Give(HttpContext context, string key, StandInFault? fault)
    {
        var (request, response) = (context.Request, context.Response);
        if (!objects.TryGetValue(key, out var found))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return request.Method == "HEAD" ? Task.CompletedTask : Send(context, Xml("<Error><Code>NoSuchKey</Code></Error>"));
        }
        if (found.Sha256 is { } hash) response.Headers["x-amz-meta-sha256"] = hash;
        response.Headers.ETag = Tag(found.Bytes);
        var bytes = found.Bytes;
        if (request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            var ends = range["bytes=".Length..].Split('-');
            var from = int.Parse(ends[0], CultureInfo.InvariantCulture);
            bytes = bytes[from..(ends[1].Length == 0 ? bytes.Length : int.Parse(ends[1], CultureInfo.InvariantCulture) + 1)];
            response.StatusCode = StatusCodes.Status206PartialContent;
        }
        if (request.Method != "HEAD") return Send(context, bytes, fault);
        response.ContentLength = bytes.Length;
        return Task.CompletedTask;
    }

    private static byte[] Xml(string text) => Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}");

#pragma warning disable CA5351 // S3's tags of objects are MD5, and its clients compare them.
    private static string Tag(byte[] bytes) => $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"";
#pragma warning restore CA5351

    /// <param name="context">Of the request.</param>
    /// <param name="bytes">Body of the answer.</param>
    /// <param name="fault">Says where the connection breaks; null for nowhere.</param>
    private static async Task Send(HttpContext context, byte[] bytes, StandInFault? fault = null)
    {
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, Math.Min(fault?.After ?? bytes.Length, bytes.Length)));
        await context.Response.Body.FlushAsync();
        if (fault?.After is not { } after || after >= bytes.Length) return;
        if (fault.Until is { } until) await until();
        context.Abort();
    }
}
