using System.Collections.Concurrent;
using Amazon.S3;
using AutoSelect.Checkpoints.Folders;
using AutoSelect.Checkpoints.S3;
using AutoSelect.Contracts;

namespace AutoSelect.Checkpoints;

/// <summary>Opens stores by the names of their places; connections are shared by all stores of one server. Thread-safe.</summary>
public sealed class CheckpointStores : IDisposable
{
    private readonly ConcurrentDictionary<(Uri? Endpoint, string Region), Lazy<IAmazonS3>> clients = [];

    /// <summary>The store of a place. Nothing is asked of it yet.</summary>
    /// <param name="uri">A path, file:///path or s3://bucket/prefix?endpoint=https://host&amp;region=name.</param>
    /// <exception cref="ArgumentException">It names no place; the message gives the rule.</exception>
    public ICheckpointStore Open(string uri)
    {
        var place = Normalized(uri);
        if (CheckpointUri.IsPath(place)) return new FolderStore(place);
        var location = S3Location.Parse(place);
        var client = clients.GetOrAdd(
            (location.Endpoint, location.Region), _ => new Lazy<IAmazonS3>(() => S3Connection.Open(location))).Value;
        return new S3Store(client, location, place);
    }

    /// <summary>The store that holds a file, and the file's name in it.</summary>
    /// <exception cref="ArgumentException">It names no file in a place.</exception>
    public (ICheckpointStore Store, string Name) Locate(string file) => (Open(CheckpointUri.Parent(file)), CheckpointUri.Name(file));

    /// <summary>The one name of a place that may be given in several ways: a path for a folder, no slash at the end.</summary>
    /// <exception cref="ArgumentException">It names no place; the message gives the rule.</exception>
    public static string Normalized(string uri)
    {
        const string rule = "it must be an absolute path, file:///path or s3://bucket/prefix?endpoint=https://host&region=name";
        if (uri.StartsWith(CheckpointUri.Bucket, StringComparison.Ordinal)) return S3Location.Parse(uri).ToString();
        if (Path.IsPathFullyQualified(uri)) return Path.TrimEndingDirectorySeparator(Path.GetFullPath(uri));
        if (uri.StartsWith("file:", StringComparison.Ordinal) && Uri.TryCreate(uri, UriKind.Absolute, out var file)
            && file.Host.Length == 0 && file.Query.Length == 0 && file.Fragment.Length == 0)
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(file.LocalPath));
        // Whatever stands before an @ may be a secret.
        var shown = uri.Contains('@', StringComparison.Ordinal) ? "…" : uri;
        throw new ArgumentException($"'{shown}' is no place for checkpoints: {rule}.", nameof(uri));
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
            if (client.IsValueCreated) client.Value.Dispose();
        clients.Clear();
    }
}
