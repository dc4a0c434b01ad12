using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.Previews;

namespace AutoSelect.Client;

/// <summary>
/// The HTTP API of a server, or of the process of the same user that has a store open. Every method may throw
/// <see cref="ApiRefusalException"/> where the server refuses, and <see cref="HttpRequestException"/> where it cannot be reached.
/// </summary>
public sealed partial class ApiClient : IDisposable
{
    private readonly HttpClient http;

    /// <param name="address">Where the server is.</param>
    public ApiClient(ApiAddress address) : this(address, address.Handler()) { }

    /// <param name="address">Where the server is.</param>
    /// <param name="handler">Sends requests.</param>
    /// <param name="ownsHandler">Whether the handler is ended with the client; default true.</param>
    public ApiClient(ApiAddress address, HttpMessageHandler handler, bool ownsHandler = true)
    {
        Address = address;
        http = new HttpClient(handler, ownsHandler) { BaseAddress = address.Server, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Key);
    }

    public ApiAddress Address { get; }

    /// <summary>A page of jobs.</summary>
    public Task<JobList> ListJobs(JobListQuery query, CancellationToken ct = default) => Get<JobList>("v1/jobs" + query.ToQuery(), ct);

    /// <summary>Takes a job in; a refusal has all that is wrong with it.</summary>
    public async Task<SubmittedJob> SubmitJob(Submission job, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/jobs" + job.ToQuery()) { Content = Yaml(job.Text) };
        if (job.Id is not null) request.Headers.Add("Idempotency-Key", job.Id);
        return await Read<SubmittedJob>(await Send(request, ct), ct);
    }

    /// <summary>What a job would do, without taking it in.</summary>
    public async Task<JobPreview> PreviewJob(Submission job, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/previews" + job.ToQuery()) { Content = Yaml(job.Text) };
        return await Read<JobPreview>(await Send(request, ct), ct);
    }

    /// <summary>A job without what its candidates have measured.</summary>
    public Task<JobDescription> DescribeJob(JobId job, CancellationToken ct = default) => Get<JobDescription>(Path(job), ct);

    /// <summary>Removes a job that has ended or is paused.</summary>
    public async Task DeleteJob(JobId job, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Path(job));
        (await Send(request, ct)).Dispose();
    }

    /// <summary>Asks a job to pause.</summary>
    public Task PauseJob(JobId job, string reason = "", CancellationToken ct = default) => Post($"{Path(job)}/pause", reason, ct);

    /// <summary>Asks a job to go on.</summary>
    public Task ResumeJob(JobId job, string reason = "", CancellationToken ct = default) => Post($"{Path(job)}/resume", reason, ct);

    /// <summary>Asks a job to end without a model.</summary>
    public Task CancelJob(JobId job, string reason = "", CancellationToken ct = default) => Post($"{Path(job)}/cancel", reason, ct);

    /// <summary>Asks a job to give a candidate up.</summary>
    public Task StopTrial(JobId job, TrialId trial, string reason = "", CancellationToken ct = default) =>
        Post($"{Path(job)}/trials/{Escaped(trial.Value)}/stop", reason, ct);

    /// <summary>Asks a job to commit to a candidate whatever its policy would do.</summary>
    public Task CommitTrial(JobId job, TrialId trial, string reason = "", CancellationToken ct = default) =>
        Post($"{Path(job)}/trials/{Escaped(trial.Value)}/commit", reason, ct);

    /// <summary>Puts another target or deadline in force for a job that has not ended.</summary>
    public async Task ExtendJob(JobId job, JobExtension extension, CancellationToken ct = default)
    {
        var content = JsonContent.Create(extension, null, RecordJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path(job)}/extend") { Content = content };
        (await Send(request, ct)).Dispose();
    }

    /// <summary>Has a job try more candidates; a refusal has all that is wrong with them.</summary>
    /// <param name="job">Which.</param>
    /// <param name="candidates">The keys of a job file that make candidates, as YAML.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<AddedCandidates> AddCandidates(JobId job, string candidates, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path(job)}/candidates") { Content = Yaml(candidates) };
        return await Read<AddedCandidates>(await Send(request, ct), ct);
    }

    /// <summary>The devices of the pool.</summary>
    public Task<ImmutableArray<PoolDevice>> ListDevices(CancellationToken ct = default) =>
        Get<ImmutableArray<PoolDevice>>("v1/devices", ct);

    /// <summary>The leases in force.</summary>
    public Task<ImmutableArray<LeaseInForce>> ListLeases(CancellationToken ct = default) =>
        Get<ImmutableArray<LeaseInForce>>("v1/leases", ct);

    /// <summary>What jobs ask of the pool.</summary>
    public Task<ImmutableArray<QueuedDemand>> ListQueue(CancellationToken ct = default) =>
        Get<ImmutableArray<QueuedDemand>>("v1/queue", ct);

    /// <summary>What the caller's projects may use, and what they use.</summary>
    public Task<ImmutableArray<ProjectStanding>> ListProjects(CancellationToken ct = default) =>
        Get<ImmutableArray<ProjectStanding>>("v1/projects", ct);

    /// <summary>What a project may use, and what it uses.</summary>
    public Task<ProjectStanding> DescribeProject(string project, CancellationToken ct = default) =>
        Get<ProjectStanding>($"v1/projects/{Escaped(project)}", ct);

    /// <summary>Sets what a project and the users in it may use.</summary>
    public async Task<ProjectStanding> LimitProject(string project, NewLimits limits, CancellationToken ct = default)
    {
        var content = JsonContent.Create(limits, null, RecordJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"v1/projects/{Escaped(project)}") { Content = content };
        return await Read<ProjectStanding>(await Send(request, ct), ct);
    }

    /// <summary>The devices that are borrowed or asked for, and what is not asked for and why.</summary>
    public Task<BorrowingStatus> ListBorrowed(CancellationToken ct = default) => Get<BorrowingStatus>("v1/borrowed", ct);

    /// <summary>The API keys of the caller's projects.</summary>
    public Task<ImmutableArray<KeyDescription>> ListKeys(CancellationToken ct = default) =>
        Get<ImmutableArray<KeyDescription>>("v1/keys", ct);

    /// <summary>Makes an API key.</summary>
    public async Task<CreatedKey> CreateKey(NewKey key, CancellationToken ct = default)
    {
        var content = JsonContent.Create(key, null, RecordJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/keys") { Content = content };
        return await Read<CreatedKey>(await Send(request, ct), ct);
    }

    /// <summary>Has an API key refused from now on.</summary>
    public async Task<KeyDescription> RevokeKey(string id, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/keys/{Escaped(id)}");
        return await Read<KeyDescription>(await Send(request, ct), ct);
    }

    /// <summary>A page of the audit log.</summary>
    /// <param name="after"><see cref="AuditPage.Next"/> of the page before; 0 for the first.</param>
    /// <param name="size">Most entries of the page, 1 to 1000; null for 1000.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<AuditPage> ReadAudit(long after = 0, int? size = null, CancellationToken ct = default) =>
        Get<AuditPage>($"v1/audit{new QueryText().Add("after", after).Add("size", size)}", ct);

    /// <summary>What notices of the ends of a project's jobs are signed with.</summary>
    /// <param name="project">Which; null for the key's own.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<HookSecret> ReadHookSecret(string? project = null, CancellationToken ct = default) =>
        Get<HookSecret>($"v1/hook-secret{new QueryText().Add("project", project)}", ct);

    /// <summary>The metrics of the server, in the text format of Prometheus. Needs a key of all projects.</summary>
    public async Task<string> ReadMetrics(CancellationToken ct = default)
    {
        using var answer = await Open("v1/metrics", ct);
        return await answer.Content.ReadAsStringAsync(ct);
    }

    /// <summary>The OpenAPI document.</summary>
    public async Task<string> DescribeApi(CancellationToken ct = default)
    {
        using var answer = await Open("v1/openapi.json", ct);
        return await answer.Content.ReadAsStringAsync(ct);
    }

    public void Dispose() => http.Dispose();

    private async Task<T> Get<T>(string path, CancellationToken ct) => await Read<T>(await Open(path, ct), ct);

    /// <summary>An answer whose body is still to be read.</summary>
    private async Task<HttpResponseMessage> Open(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await Send(request, ct);
    }

    private async Task Post(string path, string reason, CancellationToken ct)
    {
        var content = JsonContent.Create(new RequestReason(reason), null, RecordJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        (await Send(request, ct)).Dispose();
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken ct)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            // A connection that was not made in time is told as one that somebody took back.
            throw new HttpRequestException(
                HttpRequestError.ConnectionError,
                $"{Address} took no connection within {ApiAddress.LongestConnect.TotalSeconds:0} s.", e);
        }
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw await Refusal(answer, ct);
    }

    private static async Task<T> Read<T>(HttpResponseMessage answer, CancellationToken ct)
    {
        using (answer)
        {
            return await answer.Content.ReadFromJsonAsync<T>(RecordJson.Options, ct)
                ?? throw new HttpRequestException("The server answered with null.");
        }
    }

    /// <summary>What a line of a stream says.</summary>
    /// <exception cref="HttpRequestException">It says nothing of that kind: it was cut, or is not the server's.</exception>
    private static T Parsed<T>(string line) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, RecordJson.Options) ?? throw new HttpRequestException("The server sent null.");
        }
        // Records check themselves when they are made.
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            throw new HttpRequestException($"The server sent what is no {typeof(T).Name}: {e.Message}", e);
        }
    }

    private static async Task<ApiRefusalException> Refusal(HttpResponseMessage answer, CancellationToken ct)
    {
        ApiProblem? problem = null;
        try
        {
            problem = await answer.Content.ReadFromJsonAsync<ApiProblem>(RecordJson.Options, ct);
        }
        catch (JsonException)
        {
            // Not of the server itself: of a proxy, or of the web server before it came to the API.
        }
        var status = answer.StatusCode;
        var detail = problem?.Detail ?? $"The server answered {(int)status} ({status}) without a reason.";
        return new ApiRefusalException(status, detail) { Type = problem?.Type ?? "about:blank", Errors = problem?.Errors ?? [] };
    }

    private static string Path(JobId job) => $"v1/jobs/{Escaped(job.Value)}";

    private static string Escaped(string text) => Uri.EscapeDataString(text);

    private static StringContent Yaml(string text) => new(text, Encoding.UTF8, "application/yaml");
}
