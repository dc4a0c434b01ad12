using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace AutoSelect.Web;

/// <summary>A file of the dashboard, embedded in this assembly.</summary>
public sealed class WebFile
{
    private const string Folder = "web/";

    private readonly Lazy<byte[]> brotli;
    private readonly Lazy<byte[]> gzip;

    private WebFile(string name, byte[] bytes)
    {
        (Name, Bytes) = (name, bytes);
        Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"";
        // When they are first asked for: most processes serve no page.
        brotli = new(() => Compressed(s => new BrotliStream(s, CompressionLevel.Optimal)));
        gzip = new(() => Compressed(s => new GZipStream(s, CompressionLevel.Optimal)));
    }

    /// <summary>All of them, by path without a slash in front.</summary>
    public static FrozenDictionary<string, WebFile> All { get; } = typeof(WebFile).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Folder, StringComparison.Ordinal))
        .Select(n => new WebFile(n[Folder.Length..], Read(n))).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Path without a slash in front, such as plots/curves.js.</summary>
    public string Name { get; }

    public byte[] Bytes { get; }

    /// <summary>Entity tag, in quotes.</summary>
    public string Tag { get; }

    public string Text => Encoding.UTF8.GetString(Bytes);

    public string ContentType => Path.GetExtension(Name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".txt" => "text/plain; charset=utf-8",
        var other => throw new InvalidOperationException($"{Name} ends with '{other}': its content type is not known."),
    };

    /// <summary>The bytes as somebody takes them who accepts some encodings, and the one that was chosen; null for none.</summary>
    internal (byte[] Bytes, string? Encoding) For(IList<StringWithQualityHeaderValue> accepted)
    {
        bool Takes(string encoding) =>
            accepted.Any(a => a.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0);
        return Takes("br") ? (brotli.Value, "br") : Takes("gzip") ? (gzip.Value, "gzip") : (Bytes, null);
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(WebFile).Assembly.GetManifestResourceStream(resource)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private byte[] Compressed(Func<Stream, Stream> open)
    {
        using var bytes = new MemoryStream();
        using (var stream = open(bytes)) stream.Write(Bytes);
        return bytes.ToArray();
    }
}
