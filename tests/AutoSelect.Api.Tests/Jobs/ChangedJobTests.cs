using System.Net;
using System.Text;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Jobs;

/// <summary>Jobs whose objective and candidates are changed, and winners that are taken along.</summary>
public sealed class ChangedJobTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_target_and_a_deadline_are_handed_on_by_the_jobs_clock()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var served = await Served.Start(time);
        using var client = served.Client();
        var job = await served.Add();
        await client.ExtendJob(job, new JobExtension(Target: .95, Reason: "why"), Cancelled);
        await client.ExtendJob(job, new JobExtension(Deadline: "1h30m"), Cancelled);
        await client.ExtendJob(job, new JobExtension(Deadline: "none"), Cancelled);
        Assert.Equal(
            [JobRequest.Extend(.95, null, "why"), JobRequest.Extend(null, 5400), JobRequest.Extend(null, double.PositiveInfinity)],
            served.Control.Requests.Select(r => r.Request));
        time.Advance(TimeSpan.FromSeconds(100));
        await client.ExtendJob(job, new JobExtension(Deadline: "+30m"), Cancelled);
        Assert.Equal(1900, served.Control.Requests[^1].Request.DeadlineSeconds!.Value);
    }

    [Theory]
    [InlineData("{}", "Neither target nor deadline")]
    [InlineData("", "")]
    [InlineData("{\"target\": 90}", "accuracy lies between 0 and 1; 90 % is 0.9.")]
    [InlineData("{\"target\": \"high\"}", "target")]
    [InlineData("{\"deadline\": \"soon\"}", "deadline is 'soon': it must be a duration")]
    public async Task What_is_no_extension_is_refused(string body, string detail)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"v1/jobs/{job}/extend", content, Cancelled);
        await answer.IsProblem(HttpStatusCode.BadRequest, detail);
        Assert.Empty(served.Control.Requests);
    }

    [Fact]
    public async Task Candidates_are_planned_and_handed_on()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var added = await client.AddCandidates(job, "candidates: [{ strategy: sgd, values: { learningRate: [0.5, 0.6] } }]", Cancelled);
        Assert.Equal(["sgd-b64-lr0.5", "sgd-b64-lr0.6"], added.Candidates);
        var request = Assert.Single(served.Control.Requests).Request;
        Assert.Equal((JobRequestKind.AddCandidates, 2), (request.Kind, request.Addition!.Candidates.Length));
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.AddCandidates(job, "candidates: [sgdd, { strategy: sgd, values: { rate: 1 } }]", Cancelled));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 2), (refused.Status, refused.Errors.Length));
        await served.End(job);
        var late = await Assert.ThrowsAsync<ApiRefusalException>(() => client.AddCandidates(job, "candidates: [sgdd]", Cancelled));
        Assert.Equal((HttpStatusCode.Conflict, $"Job '{job}' has ended: no candidate can join."), (late.Status, late.Message));
    }

    [Fact]
    public async Task A_winner_is_had_as_a_job_file_and_as_code()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var early = await Assert.ThrowsAsync<ApiRefusalException>(() => client.ExportWinner(job, ct: Cancelled));
        Assert.Equal(HttpStatusCode.Conflict, early.Status);
        await served.End(job);
        var file = await client.ExportWinner(job, ct: Cancelled);
        Assert.Equal("toy-winner-1", (await client.SubmitJob(new(file), Cancelled)).Job.Value);
        Assert.Contains("public static class Winner", await client.ExportWinner(job, asCode: true, Cancelled));
    }

    [Theory]
    [InlineData("ftp://hooks.example")]
    [InlineData("https://me:secret@hooks.example")]
    [InlineData("hooks.example/x")]
    public async Task An_address_that_cannot_be_told_is_refused(string address)
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var text = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(() => client.SubmitJob(new(text) { Notify = address }, Cancelled));
        Assert.Contains("it must be an http or https address", refused.Message);
        var inFile = await Assert.ThrowsAsync<ApiRefusalException>(() => client.SubmitJob(new($"{text}notify: {address}\n"), Cancelled));
        Assert.Equal("notify", Assert.Single(inFile.Errors).Path);
        var job = await client.SubmitJob(new(text) { Notify = "https://hooks.example/x" }, Cancelled);
        Assert.Equal("https://hooks.example/x", (await served.Record(job.Job)).Spec.Notify);
    }
}
