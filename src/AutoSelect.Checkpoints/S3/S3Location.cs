using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Checkpoints.S3;

/// <summary>A prefix in a bucket of an S3-compatible server.</summary>
/// <param name="Bucket">Name of the bucket.</param>
/// <param name="Prefix">What all keys begin with, with no slash at either end; may be empty.</param>
/// <param name="Endpoint">Of the server; null for Amazon's in the region.</param>
/// <param name="Region">Part of the signature.</param>
internal sealed partial record S3Location(string Bucket, string Prefix, Uri? Endpoint, string Region)
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>Key of a name below it.</summary>
    public string Key(string name) => Prefix.Length == 0 ? name : $"{Prefix}/{name}";

    /// <summary>Who keeps the bucket, for people.</summary>
    public string Server => Endpoint?.GetLeftPart(UriPartial.Authority) ?? $"Amazon S3 in {Region}";

    /// <exception cref="ArgumentException">It is none; the message gives the rule and repeats nothing that could be a secret.</exception>
    public static S3Location Parse(string uri)
    {
        var (place, query) = Divided(uri[CheckpointUri.Bucket.Length..], '?');
        if (place.Contains('@', StringComparison.Ordinal))
            throw new ArgumentException(
                "The place for checkpoints holds credentials: they belong into the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) "
                + "or into the files of AWS.", nameof(uri));
        var (bucket, prefix) = Divided(place, '/');
        prefix = prefix.TrimEnd('/');
        if (!BucketRule().IsMatch(bucket))
            throw new ArgumentException(
                $"'{uri}': bucket '{bucket}' must be 3 to 63 lower-case letters, digits, dots and dashes.", nameof(uri));
        if (prefix.Length > 0 && (!PrefixRule().IsMatch(prefix) || prefix.Split('/').Any(part => part is "" or "." or "..")))
            throw new ArgumentException(
                $"'{uri}': prefix '{prefix}' must be names of letters, digits and ! _ . * ' ( ) - with single slashes between them.",
                nameof(uri));
        Uri? endpoint = null;
        var region = Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } own ? own : DefaultRegion;
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Divided(part, '=');
            if (name == "region" && RegionRule().IsMatch(value)) region = value;
            else if (name == "endpoint") endpoint = ReadEndpoint(Uri.UnescapeDataString(value));
            else
                throw new ArgumentException(
                    $"The place for checkpoints in bucket '{bucket}' has '{name}': it must be endpoint=https://host or region=name.",
                    nameof(uri));
        }
        return new S3Location(bucket, prefix, endpoint, region);
    }

    /// <summary>Its one name; the region is always in it, since processes elsewhere have environments of their own.</summary>
    public override string ToString()
    {
        var endpoint = Endpoint is null ? "" : $"endpoint={Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}&";
        return $"{CheckpointUri.Bucket}{Bucket}{(Prefix.Length == 0 ? "" : "/" + Prefix)}?{endpoint}region={Region}";
    }

    private static Uri ReadEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"
            && endpoint is { UserInfo: "", Query: "", Fragment: "" } ? endpoint
            : throw new ArgumentException(
                "The endpoint of the place for checkpoints must be http:// or https:// with a host, and neither user nor query.",
                nameof(text));

    private static (string Before, string After) Divided(string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketRule();

    [GeneratedRegex(@"^[A-Za-z0-9!_.*'()/-]+$")]
    private static partial Regex PrefixRule();

    [GeneratedRegex("^[a-z0-9-]{1,32}$")]
    private static partial Regex RegionRule();
}
