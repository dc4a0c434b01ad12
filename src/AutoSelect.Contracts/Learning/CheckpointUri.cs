namespace AutoSelect.Contracts;

/// <summary>
/// Names of places for checkpoints: an absolute path, which control side and devices see alike, or a place in a bucket,
/// <c>s3://bucket/prefix?endpoint=https://host&amp;region=name</c>. What a client keeps elsewhere has a name of the client's, which is
/// never opened here: <c>elsewhere:NAME</c>. They hold no credentials. Pure.
/// </summary>
public static class CheckpointUri
{
    /// <summary>What names of places in a bucket begin with.</summary>
    public const string Bucket = "s3://";

    private const string Elsewhere = "elsewhere:";

    /// <summary>What a client keeps, by its own name for it; empty where it keeps nothing.</summary>
    public static string KeptElsewhere(string name) => Elsewhere + name;

    /// <summary>The client's name of what it keeps; null for what is not kept elsewhere, and where nothing is kept.</summary>
    public static string? NameElsewhere(string uri) =>
        uri.StartsWith(Elsewhere, StringComparison.Ordinal) && uri.Length > Elsewhere.Length ? uri[Elsewhere.Length..] : null;

    /// <summary>True for a path, which is written and read as it is.</summary>
    public static bool IsPath(string uri) => !uri.StartsWith(Bucket, StringComparison.Ordinal);

    /// <summary>What has a name below a place.</summary>
    /// <param name="uri">The place.</param>
    /// <param name="name">Names of folders and a file with slashes between them.</param>
    public static string Below(string uri, string name)
    {
        if (IsPath(uri)) return Path.Combine(uri, name);
        var (path, query) = Divide(uri);
        return $"{path}/{name}{query}";
    }

    /// <summary>The last name: of the file, where a file is named.</summary>
    public static string Name(string uri)
    {
        var path = Divide(uri).Path;
        return path[(path.LastIndexOf('/') + 1)..];
    }

    /// <summary>The place without its last name.</summary>
    public static string Parent(string uri)
    {
        var (path, query) = Divide(uri);
        return path[..path.LastIndexOf('/')] + query;
    }

    /// <summary>The name of a file below a place; null for one that is elsewhere, or that is named by a detour.</summary>
    public static string? NameBelow(string uri, string file)
    {
        var ((path, query), (whole, fileQuery)) = (Divide(uri), Divide(file));
        return query == fileQuery && whole.StartsWith(path + "/", StringComparison.Ordinal)
            && whole[(path.Length + 1)..] is var name && name.Split('/').All(part => part is not ("" or "." or "..")) ? name : null;
    }

    private static (string Path, string Query) Divide(string uri)
    {
        var at = IsPath(uri) ? -1 : uri.IndexOf('?', StringComparison.Ordinal);
        return at < 0 ? (uri.TrimEnd('/'), "") : (uri[..at].TrimEnd('/'), uri[at..]);
    }
}
