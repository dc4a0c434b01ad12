using System.Net;
using System.Text;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Jobs;

public sealed class JobRequestTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_are_handed_on()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        using var http = served.Http();
        var job = await served.Add();
        await client.PauseJob(job, ct: Cancelled);
        await client.ResumeJob(job, ct: Cancelled);
        await client.CancelJob(job, "enough", Cancelled);
        await client.StopTrial(job, Stories.Second, "too slow", Cancelled);
        await client.CommitTrial(job, Stories.First, ct: Cancelled);
        // Without a body too.
        using var bare = await http.PostAsync($"v1/jobs/{job}/pause", null, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, bare.StatusCode);
        using var empty = new StringContent("", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var form = await http.PostAsync($"v1/jobs/{job}/pause", empty, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, form.StatusCode);
        Assert.Equal(
            [
                JobRequest.Pause(), JobRequest.Resume(), JobRequest.Cancel("enough"), JobRequest.StopTrial(Stories.Second, "too slow"),
                JobRequest.CommitTo(Stories.First), JobRequest.Pause(), JobRequest.Pause(),
            ],
            served.Control.Requests.Select(r => r.Request));
    }

    [Theory]
    [InlineData("null", HttpStatusCode.BadRequest, "null")]
    [InlineData("{", HttpStatusCode.BadRequest, "")]
    [InlineData("[]", HttpStatusCode.BadRequest, "")]
    [InlineData("{\"reason\": 3}", HttpStatusCode.BadRequest, "reason")]
    public async Task A_body_that_is_no_reason_is_refused(string body, HttpStatusCode status, string detail)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"v1/jobs/{job}/cancel", content, Cancelled);
        await answer.IsProblem(status, detail);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("reason", "x")]);
        using var second = await http.PostAsync($"v1/jobs/{job}/cancel", form, Cancelled);
        await second.IsProblem(HttpStatusCode.UnsupportedMediaType, "application/x-www-form-urlencoded");
        Assert.Empty(served.Control.Requests);
    }

    [Fact]
    public async Task What_a_job_refuses_is_a_conflict_and_what_is_away_unavailable()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        served.Control.Refusal = new InvalidOperationException("The job has ended.");
        using var late = await http.PostAsync($"v1/jobs/{job}/cancel", null, Cancelled);
        await late.IsProblem(HttpStatusCode.Conflict, "The job has ended.");
        served.Control.Refusal = new IOException("The disk is full.");
        using var away = await http.PostAsync($"v1/jobs/{job}/cancel", null, Cancelled);
        await away.IsProblem(HttpStatusCode.ServiceUnavailable, "The disk is full.");
        served.Control.Refusal = new NotSupportedException("a secret");
        using var unexpected = await http.PostAsync($"v1/jobs/{job}/cancel", null, Cancelled);
        var problem = await unexpected.IsProblem(HttpStatusCode.InternalServerError, "unexpected");
        Assert.DoesNotContain("a secret", problem.Detail);
    }

    [Fact]
    public async Task Only_a_job_that_has_ended_is_removed()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        using var running = await http.DeleteAsync($"v1/jobs/{job}", Cancelled);
        await running.IsProblem(HttpStatusCode.Conflict, "phase Probing");
        await served.End(job);
        using var ended = await http.DeleteAsync($"v1/jobs/{job}", Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Null(await served.Jobs.Find(job));
    }
}
