using System.Net;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Api.Tests.Projects;

/// <summary>What projects may use and use, and what the queue says of those who wait.</summary>
public sealed class ProjectTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_is_told_what_it_may_use_and_what_it_uses()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        await client.LimitProject("vision", new NewLimits { Whole = new UseLimits { RunningJobs = 1, DeviceHours = 5 } }, Cancelled);
        var first = await Asks(served, "vision", "ann", isAdmitted: true);
        var second = await Asks(served, "vision", "bob", isAdmitted: false);
        await served.Leases.Put(Device("d0"), DeviceStatus.OwnProvider);
        await served.Leases.Grant(new DeviceId("d0"), first, DateTimeOffset.MaxValue, 1);

        using var viewer = served.Client(await served.Key(KeyRole.Viewer, "vision"));
        var standing = await viewer.DescribeProject("vision", Cancelled);
        Assert.Equal((1, 5.0), (standing.Limits.Whole.RunningJobs, standing.Limits.Whole.DeviceHours));
        Assert.Equal((1, 1, 1), (standing.Use.RunningJobs, standing.Use.WaitingJobs, standing.Use.Devices));
        Assert.Equal([("ann", 1), ("bob", 0)], standing.Users.Select(u => (u.User, u.Use.Devices)));
        Assert.Equal(["vision"], (await viewer.ListProjects(Cancelled)).Select(p => p.Limits.Project));
        Assert.Equal(["default", "vision"], (await client.ListProjects(Cancelled)).Select(p => p.Limits.Project));

        var queue = await viewer.ListQueue(Cancelled);
        Assert.Equal([(first, 1, true), (second, 0, false)], queue.Select(q => (q.Job!.Value, q.Held, q.IsAdmitted)));
        Assert.Equal("project vision has 1 of 1 job running", queue[1].Waits);
        using var others = served.Client(await served.Key(KeyRole.Viewer, "others"));
        Assert.All(await others.ListQueue(Cancelled), q => Assert.Equal((null, ""), (q.Job, q.Waits)));
    }

    [Theory]
    [InlineData("""{"whole":{"devices":-1}}""", "whole.devices is -1: it must be at least 0")]
    [InlineData("""{"eachUser":{"periodHours":0}}""", "eachUser.periodHours is 0: it must be above 0 and up to 2160")]
    [InlineData("""{"users":{"ann":{"weight":1000}}}""", "users.ann.weight is 1000: it must be from 0.01 to 100")]
    [InlineData("""{"users":{"ann":null}}""", "users.ann is null: it must have limits")]
    public async Task A_limit_that_breaks_its_rule_is_refused(string body, string rule)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PutAsync("v1/projects/vision", content, Cancelled);
        await answer.IsProblem(HttpStatusCode.BadRequest, rule);
        Assert.Empty(await served.Leases.Limits());
    }

    [Fact]
    public async Task A_priority_is_taken_from_the_query_before_the_text()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        const string text = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\npriority: low\n";
        Assert.Equal(2, (await served.Jobs.Find((await client.SubmitJob(new Submission(text), Cancelled)).Job))!.Priority);
        var urgent = await client.SubmitJob(new Submission(text) { Priority = "9" }, Cancelled);
        Assert.Equal(9, (await served.Jobs.Find(urgent.Job))!.Priority);
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.SubmitJob(new Submission(text) { Priority = "11" }, Cancelled));
        Assert.Equal($"priority is '11': {JobPriority.Rule}.", refused.Message);
    }

    [Fact]
    public void A_line_that_is_too_long_is_told_as_such() =>
        Assert.Equal(429, ApiProblems.StatusOf(new QueueFullException("2 of 2 jobs wait")));

    private static async Task<JobId> Asks(Served served, string project, string owner, bool isAdmitted)
    {
        var job = await served.Add(project);
        await served.Leases.State(
            new Demand { Job = job, Least = 1, Most = 1, Project = project, Owner = owner }, DateTimeOffset.UnixEpoch);
        if (isAdmitted) await served.Leases.Admit(job);
        return job;
    }

    private static DeviceDescription Device(string id) =>
        new() { Id = new DeviceId(id), Kind = DeviceKind.Cpu, Index = 0, Model = "simulated", Host = "simulated" };
}
