using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Api;

/// <summary>The process that has a store open, as another process of the same user sees it.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(2);

    private readonly HttpClient http;

    public ApiClient(ApiFile file)
    {
        // No proxy: the address is this machine's own, and the secret is for nobody else.
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = LongestConnect })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{file.Port}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", file.Token);
    }

    /// <summary>The process that has the store open; null where none has.</summary>
    public static async Task<ApiClient?> Connect(string store)
    {
        if (ApiFile.Read(new ControlPaths(store)) is not { } file) return null;
        var client = new ApiClient(file);
        try
        {
            using var answer = await client.http.GetAsync("v1/jobs?size=1");
            if (answer.IsSuccessStatusCode) return client;
        }
        catch (HttpRequestException)
        {
            // The file of a process that was killed.
        }
        client.Dispose();
        return null;
    }

    /// <summary>Has a request stored.</summary>
    /// <exception cref="ApiRefusalException">It was refused.</exception>
    public async Task Request(JobId job, JobRequest request)
    {
        using var answer = await http.PostAsJsonAsync($"{Path(job)}/requests", request, RecordJson.Options);
        await Check(answer);
    }

    /// <summary>Has a job removed.</summary>
    /// <exception cref="ApiRefusalException">It was refused.</exception>
    public async Task Delete(JobId job)
    {
        using var answer = await http.DeleteAsync(Path(job));
        await Check(answer);
    }

    /// <summary>The events of a job after a number, as they come. Ends where the job or the process does.</summary>
    /// <exception cref="ApiRefusalException">It was refused.</exception>
    public async IAsyncEnumerable<JobEvent> Events(JobId job, long since, [EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await http.GetAsync($"{Path(job)}/events?since={since}", HttpCompletionOption.ResponseHeadersRead, ct);
        await Check(answer);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));
        while (await NextLine(lines, ct) is { } line) yield return JsonSerializer.Deserialize<JobEvent>(line, RecordJson.Options)!;
    }

    public void Dispose() => http.Dispose();

    /// <summary>Null at the end, also at one that came unannounced: the store has what is missing.</summary>
    private static async Task<string?> NextLine(StreamReader lines, CancellationToken ct)
    {
        try
        {
            return await lines.ReadLineAsync(ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static string Path(JobId job) => $"v1/jobs/{Uri.EscapeDataString(job.Value)}";

    private static async Task Check(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode) return;
        var problem = await answer.Content.ReadFromJsonAsync<Problem>(RecordJson.Options);
        var detail = problem?.Detail ?? $"The process that has the store open answered {(int)answer.StatusCode}.";
        throw new ApiRefusalException(answer.StatusCode, detail);
    }

    private sealed record Problem(string? Detail);
}

/// <summary>The running process refused a request; the message says why.</summary>
internal sealed class ApiRefusalException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status => status;
}
