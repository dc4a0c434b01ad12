namespace AutoSelect.Testing.Checkpoints;

/// <summary>
/// A real server that speaks S3, of the test's own: OpenStack Swift in a temporary folder, gone with the process whatever ends it
/// (eng/swift).
/// </summary>
public sealed class SwiftServer : IAsyncDisposable
{
    private const string Script = "swift", Owner = "AUTOSELECT_SWIFT_OWNER";

    public const string NotHere = "OpenStack Swift is not installed (eng/swift present)";
    public const string AccessKey = "test:tester";
    public const string SecretKey = "testing";

    private const int NotInstalled = 3;

    // Answers of its servers to one another are logged behind the quoted request.
    private static readonly string[] FaultWords = ["\" 50", "ERROR", "Error", "Timeout", " 400 ", " 422 "];

    private readonly string folder;
    private readonly string admin;
    private readonly HttpClient http = new();
    private int buckets;

    private SwiftServer(string folder, string endpoint)
    {
        (this.folder, Endpoint) = (folder, endpoint);
        admin = File.ReadAllText(Path.Combine(folder, "admin")).Trim();
    }

    /// <summary>Address of its S3 interface.</summary>
    public string Endpoint { get; }

    /// <returns>Null where it is not installed.</returns>
    public static async Task<SwiftServer?> Start()
    {
        var folder = Directory.CreateTempSubdirectory("autoselect-swift-").FullName;
        var (code, output, error) = await SourceTree.Run(Script, Owner, "start", folder);
        if (code == 0) return new SwiftServer(folder, output.Trim());
        Directory.Delete(folder, recursive: true);
        return code == NotInstalled ? null : throw new InvalidOperationException($"Swift did not start: {error}");
    }

    /// <summary>Makes an empty bucket.</summary>
    /// <returns>The place of a prefix in it.</returns>
    public async Task<string> CreateBucket()
    {
        var bucket = $"bucket-{Interlocked.Increment(ref buckets)}";
        await Send(HttpMethod.Put, bucket);
        return $"s3://{bucket}/jobs?endpoint={Endpoint}&region=us-east-1";
    }

    /// <summary>Limits what a bucket takes; 0 for nothing, null for no limit.</summary>
    public async Task SetQuota(string place, long? bytes) => await Send(
        HttpMethod.Post, BucketOf(place),
        bytes is { } most ? ("X-Container-Meta-Quota-Bytes", $"{most}") : ("X-Remove-Container-Meta-Quota-Bytes", "x"));

    /// <summary>Overwrites a byte of an object, which keeps its length and what was said of it.</summary>
    public async Task Damage(string file)
    {
        var path = file["s3://".Length..file.IndexOf('?', StringComparison.Ordinal)];
        using var before = await Call(HttpMethod.Get, path, null);
        var bytes = await before.Content.ReadAsByteArrayAsync();
        bytes[^1] ^= 1;
        var kept = before.Headers.Where(h => h.Key.StartsWith("X-Object-Meta-", StringComparison.OrdinalIgnoreCase))
            .Select(h => (h.Key, h.Value.First())).ToArray();
        using var after = await Call(HttpMethod.Put, path, new ByteArrayContent(bytes), kept);
    }

    /// <summary>What its logs say went wrong, for a test that failed.</summary>
    public IEnumerable<string> Faults() =>
        from log in Directory.GetFiles(folder, "*.log")
        from line in File.ReadLines(log)
        where FaultWords.Any(w => line.Contains(w, StringComparison.Ordinal))
        select $"{Path.GetFileName(log)}: {line}";

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await SourceTree.Run(Script, Owner, "stop", folder);
        Directory.Delete(folder, recursive: true);
    }

    private static string BucketOf(string place) => place["s3://".Length..].Split('/', '?')[0];

    private async Task Send(HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        (await Call(method, path, null, headers)).Dispose();

    // By Swift's own protocol.
    private async Task<HttpResponseMessage> Call(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"{admin}/{path}") { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
