using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;

namespace AutoSelect.Host.Tests.Api;

/// <summary>The API over a real socket.</summary>
public sealed class ApiServerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_owner_can_read_where_it_listens_and_nobody_when_it_ends()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(job.Paths.Api));
        Assert.Equal(Environment.ProcessId, ApiFile.Read(job.Paths)!.Process);
        Assert.False(File.Exists(job.Paths.Api + ".new"));
        await job.StopServing();
        Assert.False(File.Exists(job.Paths.Api));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer 00")]
    [InlineData("Basic {token}")]
    [InlineData("Bearer {token}0")]
    public async Task Who_does_not_know_the_token_is_not_let_in(string? authorization)
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var http = await Client(job);
        var token = ApiFile.Read(job.Paths)!.Token;
        http.DefaultRequestHeaders.Remove("Authorization");
        var given = authorization?.Replace("{token}", token, StringComparison.Ordinal);
        if (given is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", given);
        using var answer = await http.DeleteAsync($"v1/jobs/{job.Id}", Cancelled);
        await IsProblem(answer, HttpStatusCode.Unauthorized, "token");
        Assert.NotNull(await job.Jobs.Find(job.Id));
    }

    [Fact]
    public async Task A_host_that_is_not_this_machine_is_refused_also_with_the_token()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var http = await Client(job);
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/jobs") { Headers = { Host = "pages.example" } };
        using var answer = await http.SendAsync(request, Cancelled);
        await IsProblem(answer, HttpStatusCode.Forbidden, "'pages.example'");
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "v1/jobs") { Headers = { { "Origin", "http://pages.example" } } };
        using var second = await http.SendAsync(preflight, Cancelled);
        Assert.DoesNotContain(second.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Jobs_are_listed_and_shown()
    {
        await using var job = await StoredJob.Create(SampleJob.Committed);
        using var http = await Client(job);
        var summary = JsonDocument.Parse(await http.GetStringAsync("v1/jobs", Cancelled)).RootElement.GetProperty("jobs")[0];
        Assert.Equal((job.Id.Value, "Committed"), (summary.GetProperty("id").GetString(), summary.GetProperty("phase").GetString()));
        var record = JsonSerializer.Deserialize<JobRecord>(await http.GetStringAsync($"v1/jobs/{job.Id}", Cancelled), RecordJson.Options)!;
        Assert.Equal(SampleJob.Committed.Record.Trials[0].Curve, record.Trials[0].Curve);
    }

    [Theory]
    [InlineData("GET", "v1/jobs/none", "", HttpStatusCode.NotFound, "'none'")]
    [InlineData("GET", "v1/jobs/none/events", "", HttpStatusCode.NotFound, "'none'")]
    [InlineData("DELETE", "v1/jobs/none", "", HttpStatusCode.NotFound, "'none'")]
    [InlineData("POST", "v1/jobs/none/requests", "{\"kind\": \"pause\"}", HttpStatusCode.NotFound, "'none'")]
    [InlineData("GET", "v1/nothing", "", HttpStatusCode.NotFound, "/v1/nothing")]
    [InlineData("PUT", "v1/jobs", "", HttpStatusCode.MethodNotAllowed, "PUT")]
    [InlineData("GET", "v1/jobs?size=0", "", HttpStatusCode.BadRequest, "size is '0': it must be from 1 to")]
    [InlineData("GET", "v1/jobs?after=x", "", HttpStatusCode.BadRequest, "\"x\"")]
    [InlineData("GET", "v1/jobs/toy-1/events?since=-1", "", HttpStatusCode.BadRequest, "since is '-1': it must be")]
    [InlineData("POST", "v1/jobs/toy-1/requests", "{\"kind\": \"explode\"}", HttpStatusCode.BadRequest, "kind")]
    [InlineData("POST", "v1/jobs/toy-1/requests", "{}", HttpStatusCode.BadRequest, "kind")]
    [InlineData("POST", "v1/jobs/toy-1/requests", "null", HttpStatusCode.BadRequest, "null")]
    [InlineData("POST", "v1/jobs/toy-1/requests", "{", HttpStatusCode.BadRequest, "JSON")]
    [InlineData("DELETE", "v1/jobs/toy-1", "", HttpStatusCode.Conflict, "in phase Probing: only a job that has ended or is paused")]
    public async Task What_cannot_be_done_is_told_with_the_value_and_the_rule(
        string method, string path, string body, HttpStatusCode status, string detail)
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var http = await Client(job);
        using var content = body.Length > 0 ? new StringContent(body, Encoding.UTF8) : null;
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        using var answer = await http.SendAsync(request, Cancelled);
        await IsProblem(answer, status, detail);
        Assert.Empty(job.Requests);
    }

    [Fact]
    public async Task Requests_are_handed_on()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var http = await Client(job);
        string[] bodies =
        [
            """{"kind":"pause"}""", """{"kind":"stopTrial","trial":"t02","reason":"too slow"}""", """{"kind":"commitTo","trial":"t01"}""",
        ];
        foreach (var body in bodies)
        {
            using var content = new StringContent(body, Encoding.UTF8);
            using var answer = await http.PostAsync($"v1/jobs/{job.Id}/requests", content, Cancelled);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
        Assert.Equal(
            [JobRequest.Pause(), JobRequest.StopTrial(new TrialId("t02"), "too slow"), JobRequest.CommitTo(new TrialId("t01"))],
            job.Requests.Select(r => r.Request));
        job.Refusal = new InvalidOperationException("The job has ended.");
        using var late = new StringContent("{\"kind\":\"cancel\"}", Encoding.UTF8);
        using var refused = await http.PostAsync($"v1/jobs/{job.Id}/requests", late, Cancelled);
        await IsProblem(refused, HttpStatusCode.Conflict, "The job has ended.");
    }

    [Fact]
    public async Task A_job_that_has_ended_is_removed_with_its_folder()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        using var http = await Client(job);
        using var answer = await http.DeleteAsync($"v1/jobs/{job.Id}", Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Null(await job.Jobs.Find(job.Id));
        Assert.False(Directory.Exists(Path.Combine(job.Paths.Jobs, job.Id.Value)));
    }

    [Fact]
    public async Task Events_come_as_they_are_stored_to_the_last_one()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        using var client = new ApiClient(ApiFile.Read(job.Paths)!);
        var known = SampleJob.Submitted.Events.Length;
        var events = new List<JobEvent>();
        await foreach (var e in client.Events(job.Id, known, Cancelled))
        {
            events.Add(e);
            if (e.Number == SampleJob.Started.Events.Length) await job.GoOn(SampleJob.Committed);
            if (e.Number == SampleJob.Committed.Events.Length) await job.GoOn(SampleJob.Completed);
        }
        Assert.Equal(SampleJob.Completed.Events.Skip(known).Select(e => e.Number), events.Select(e => e.Number));
        Assert.IsType<JobEnded>(events[^1].Change);
    }

    [Fact]
    public async Task A_server_that_ends_tells_the_last_events_first()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        using var client = new ApiClient(ApiFile.Read(job.Paths)!);
        var last = 0L;
        var stopping = Task.CompletedTask;
        await foreach (var e in client.Events(job.Id, 0, Cancelled))
        {
            last = e.Number;
            if (last != SampleJob.Started.Events.Length) continue;
            await job.GoOn(SampleJob.Probed);
            stopping = job.StopServing();
        }
        await stopping;
        Assert.Equal(SampleJob.Probed.Events.Length, last);
    }

    [Fact]
    public async Task Server_sent_events_have_ids_and_go_on_after_the_last_one_known()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        using var http = await Client(job);
        http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        http.DefaultRequestHeaders.Add("Last-Event-ID", $"{SampleJob.Arrived.Events.Length}");
        using var answer = await http.GetAsync($"v1/jobs/{job.Id}/events", Cancelled);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.StartsWith($"id: {SampleJob.Completed.Events.Length}\ndata: {{\"number\":{SampleJob.Completed.Events.Length},", text);
        Assert.Single(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<HttpClient> Client(StoredJob job)
    {
        await job.Serve();
        var file = ApiFile.Read(job.Paths)!;
        return new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{file.Port}"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", file.Token) },
        };
    }

    private static async Task IsProblem(HttpResponseMessage answer, HttpStatusCode status, string detail)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled)).RootElement;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Contains(detail, problem.GetProperty("detail").GetString());
    }
}
