using System.Net;
using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Jobs;

public sealed class JobReadingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_are_listed_by_state_owner_project_label_and_name_a_page_at_a_time()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var first = await served.Add("a", with: s => s with { Labels = s.Labels.Add("team", "vision") });
        var second = await served.Add("b", with: s => s with { Name = "other", Owner = "you" });
        await served.End(second);
        Assert.Equal([first, second], await Ids(client, new()));
        Assert.Equal([second, first], await Ids(client, new() { NewestFirst = true }));
        Assert.Equal([second], await Ids(client, new() { States = [JobPhase.Completed] }));
        Assert.Equal([first], await Ids(client, new() { Project = "a" }));
        Assert.Equal([second], await Ids(client, new() { Owner = "you" }));
        Assert.Equal([first], await Ids(client, new() { Labels = Stories.Spec.Labels.Add("team", "vision") }));
        Assert.Equal([first], await Ids(client, new() { Labelled = "team" }));
        Assert.Equal([second], await Ids(client, new() { Name = "oth" }));
        Assert.Equal([first, second], await Ids(client, new() { Workload = "toy-mlp" }));
        var page = await client.ListJobs(new() { Size = 1 }, Cancelled);
        Assert.Equal([second], await Ids(client, new() { After = page.Next }));
    }

    [Fact]
    public async Task A_job_is_described_with_its_candidates_forecasts_and_decisions()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var described = await client.DescribeJob(job, Cancelled);
        Assert.Equal((job, 5, 7), (described.Summary.Id, described.Version, described.CheckpointBytes));
        Assert.Equal("nadamw-b64", described.Spec.Baseline);
        var standings = await client.ListCandidates(job, Cancelled);
        Assert.Equal([(50, 0.505), (0, null)], standings.Select(s => (s.Step, s.Value)));
        var rung = Assert.Single(await client.ListForecasts(job, null, Cancelled));
        Assert.Equal(double.PositiveInfinity, rung.Forecasts[0].SecondsToTarget!.P95);
        Assert.Empty(await client.ListForecasts(job, 7, Cancelled));
        var decided = Assert.Single(await client.ListDecisions(job, 0, Cancelled));
        Assert.Equal((2, 0), (decided.Decisions.Length, decided.Forecasts.Length));
        Assert.Empty(await client.ListDecisions(job, 1, Cancelled));
    }

    [Fact]
    public async Task Curves_come_whole_or_with_fewer_points_and_numbers_that_are_none_as_words()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        using var http = served.Http();
        var job = await served.Add(points: 100);
        var curves = await client.ReadCurves(job, ct: Cancelled);
        Assert.Equal([(100, 100), (0, 0)], curves.Select(c => (c.Points.Length, c.Measured)));
        Assert.Equal((await served.Record(job)).Trials[0].Curve, curves[0].Points);
        var fewer = Assert.Single(await client.ReadCurves(job, 10, trial: Stories.First, ct: Cancelled));
        Assert.Equal((10, 100, 10, 1000), (fewer.Points.Length, fewer.Measured, fewer.Points[0].Step, fewer.Points[^1].Step));
        Assert.InRange((await client.ReadCurves(job, 10, keepsPeaks: true, ct: Cancelled))[0].Points.Length, 2, 10);
        Assert.Contains("\"value\":\"NaN\"", await http.GetStringAsync($"v1/jobs/{job}/curves", Cancelled));
    }

    [Fact]
    public async Task Curves_come_by_column_to_seven_digits()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add(points: 4);
        var text = await http.GetStringAsync($"v1/jobs/{job}/curves?columns=true&trial=t01", Cancelled);
        Assert.Contains("\"points\":[],\"measured\":4,\"columns\":{\"step\":[10,20,30,40],\"deviceSeconds\":[1,2,3,4],", text);
        Assert.Contains("\"seconds\":[1,2,3,4],\"value\":[0.501,0.502,\"NaN\",0.504]}", text);
    }

    [Fact]
    public async Task Candidates_tell_their_segments_and_forecasts_the_newest_of_each()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        using var http = served.Http();
        var job = await served.Add();
        var segment = Assert.Single((await client.ListCandidates(job, Cancelled))[0].Segments);
        Assert.Equal(("here-cpu0", 1.0, 50L), (segment.Devices.Single().Value, segment.StartedAt, segment.ToStep));
        await served.Tell(job, Stories.Judged(1, Stories.First));
        var newest = JsonSerializer.Deserialize<RungForecasts[]>(
            await http.GetStringAsync($"v1/jobs/{job}/forecasts?each=true", Cancelled), RecordJson.Options)!;
        Assert.Equal([(0, "t02"), (1, "t01")], newest.Select(r => (r.Rung, r.Forecasts.Single().Trial.Value)));
        var chances = await client.ListChances(job, Cancelled);
        Assert.Equal([0, 1], chances.Rungs);
        Assert.Equal([0.5, 0.5], chances.Trials[0].Best);
        Assert.Equal([0.5, null], chances.Trials[1].Best);
        Assert.Equal("nadamw-b64", (await client.AnalyseJob(job, Cancelled)).Baseline.Candidate);
    }

    [Fact]
    public async Task Devices_tell_who_used_them_and_of_others_jobs_only_that_they_did()
    {
        await using var served = await Served.Start();
        var job = await served.Add("mine");
        using var owner = served.Client();
        using var other = served.Client(await served.Key(KeyRole.Viewer, "others"));
        var use = (await owner.ListDeviceUse(null, Cancelled))[0];
        Assert.Equal(("here-cpu0", job, "t01", "nadamw-b64"), (use.Device.Value, use.Job, use.Trial?.Value, use.Candidate));
        Assert.All(await other.ListDeviceUse(null, Cancelled), u => Assert.Equal((null, null, null), (u.Job, u.Trial, u.Candidate)));
    }

    [Theory]
    [InlineData("GET", "v1/jobs/none", HttpStatusCode.NotFound, "'none'")]
    [InlineData("GET", "v1/jobs/none/events", HttpStatusCode.NotFound, "'none'")]
    [InlineData("DELETE", "v1/jobs/none", HttpStatusCode.NotFound, "'none'")]
    [InlineData("POST", "v1/jobs/none/pause", HttpStatusCode.NotFound, "'none'")]
    [InlineData("GET", "v1/nothing", HttpStatusCode.NotFound, "/v1/nothing")]
    [InlineData("PUT", "v1/jobs", HttpStatusCode.MethodNotAllowed, "PUT")]
    [InlineData("GET", "v1/jobs?size=0", HttpStatusCode.BadRequest, "size is '0': it must be an integer from 1 to 1000")]
    [InlineData("GET", "v1/jobs?size=1&size=2", HttpStatusCode.BadRequest, "size is given 2 times")]
    [InlineData("GET", "v1/jobs?after=x", HttpStatusCode.BadRequest, "\"x\"")]
    [InlineData("GET", "v1/jobs?state=Running", HttpStatusCode.BadRequest, "state is 'Running': it must be one of Waiting, Probing,")]
    [InlineData("GET", "v1/jobs?newest=1", HttpStatusCode.BadRequest, "newest is '1': it must be true or false")]
    [InlineData("GET", "v1/jobs?project=A%0A", HttpStatusCode.BadRequest, "project is 'A")]
    [InlineData("GET", "v1/jobs/toy-1/events?since=-1", HttpStatusCode.BadRequest, "since is '-1': it must be")]
    [InlineData("GET", "v1/jobs/toy-1/curves?points=0", HttpStatusCode.BadRequest, "points is '0'")]
    [InlineData("GET", "v1/jobs/toy-1/curves?points=99999999999999999999", HttpStatusCode.BadRequest, "from 1 to 10000")]
    [InlineData("GET", "v1/jobs/toy-1/curves?method=mean", HttpStatusCode.BadRequest, "one of lttb, minmax")]
    [InlineData("GET", "v1/jobs/toy-1/curves?trial=t09", HttpStatusCode.NotFound, "no trial 't09': it must be one of t01 to t02")]
    [InlineData("POST", "v1/jobs/toy-1/trials/t09/stop", HttpStatusCode.NotFound, "no trial 't09'")]
    public async Task What_cannot_be_told_is_refused_with_the_value_and_the_rule(
        string method, string path, HttpStatusCode status, string detail)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        await served.Add();
        var before = await served.State();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await http.SendAsync(request, Cancelled);
        await answer.IsProblem(status, detail);
        Assert.Equal(before, await served.State());
    }

    [Fact]
    public async Task The_export_is_a_recording_of_json_lines()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        using var lines = new StreamReader(await client.ExportJob(await served.Add(), Cancelled));
        var text = await lines.ReadToEndAsync(Cancelled);
        Assert.Contains("\"suite\":\"autoselect\"", Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static async Task<IEnumerable<JobId>> Ids(ApiClient client, JobListQuery query) =>
        (await client.ListJobs(query, Cancelled)).Jobs.Select(j => j.Id);
}
