using System.Net;
using System.Text;
using AutoSelect.Api.Requests;
using AutoSelect.Api.Tests.Devices;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Access;

/// <summary>Every operation, by every role, in the key's own project and in another one.</summary>
public sealed class AuthorisationTests
{
    private const string Job = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    private const string Candidates = "candidates: [{ strategy: sgd, values: { learningRate: 0.5 } }]";
    /// <summary>One that the key of a device speaks for.</summary>
    private const string Device = "Device-cpu-0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KeyRole.Viewer, true)]
    [InlineData(KeyRole.Viewer, false)]
    [InlineData(KeyRole.Submitter, true)]
    [InlineData(KeyRole.Submitter, false)]
    [InlineData(KeyRole.Operator, true)]
    [InlineData(KeyRole.Operator, false)]
    [InlineData(KeyRole.Device, true)]
    [InlineData(KeyRole.Device, false)]
    public async Task A_key_does_what_its_role_allows_in_its_project_alone(KeyRole role, bool isOwn)
    {
        await using var served = await Served.Start();
        using var http = served.Http(await served.Key(role, role == KeyRole.Device ? KeyDescription.AllProjects : "mine"));
        foreach (var operation in ApiOperations.All)
        {
            try
            {
                await Try(served, http, operation, role, isOwn);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{operation.Id} by {role}, {(isOwn ? "own" : "other")} project", e);
            }
        }
    }

    private static async Task Try(Served served, HttpClient http, ApiOperation operation, KeyRole role, bool isOwn)
    {
        var (id, told) = (operation.Id, served.Audited().Count);
        var job = await served.Add(isOwn ? "mine" : "others");
        if (operation.Id is "deleteJob" or "followEvents" or "exportWinner") await served.End(job);
        await served.Key(KeyRole.Viewer, isOwn ? "mine" : "others");
        var other = (await served.Keys.List())[^1].Id;
        var before = await served.State();

        using var answer = await Send(http, operation, job, other, isOwn ? "mine" : "others");

        // Keys other than those of devices are of one project here.
        var isAllowed = operation.Needs == KeyRole.Device ? role == KeyRole.Device
            : role != KeyRole.Device && role >= operation.Needs && !operation.IsOfAllProjects;
        // Of nobody but the caller.
        var isSession = operation.Path.StartsWith("/v1/session", StringComparison.Ordinal);
        if (!isAllowed) await answer.IsProblem(HttpStatusCode.Forbidden, $"role {role}: {id} needs role {operation.Needs}");
        else if (role == KeyRole.Device) Assert.Equal(operation.Status, (int)answer.StatusCode);
        else if (!isOwn && operation.IsOfJob) await answer.IsProblem(HttpStatusCode.NotFound, $"No job '{job}' is stored.");
        else if (!isOwn && operation.Path.Contains("{key}"))
            await answer.IsProblem(HttpStatusCode.NotFound, $"No key '{other}' is stored.");
        else if (!isOwn && !isSession && (operation.IsChange || operation.Path.Contains("{project}")))
            await answer.IsProblem(HttpStatusCode.Forbidden, "project is 'others'");
        else
        {
            var text = await answer.Content.ReadAsStringAsync(Cancelled);
            Assert.True((int)answer.StatusCode == operation.Status, $"{answer.StatusCode}: {text}");
            // What is of others is not in a list either.
            if (!isOwn) Assert.DoesNotContain(id == "listKeys" ? other : job.Value, text);
        }
        var isKept = operation.IsChange && id is not ("previewJob" or "createSignInLink");
        if (!answer.IsSuccessStatusCode || !isKept) Assert.Equal(before, await served.State());
        else Assert.NotEqual(before, await served.State());
        AssertAudited([.. served.Audited().Skip(told)], operation, isAllowed, answer);
    }

    [Fact]
    public void Every_role_that_is_needed_is_written_down_here_once_more()
    {
        string[] submitter =
        [
            "submitJob", "previewJob", "deleteJob", "pauseJob", "resumeJob", "cancelJob", "stopTrial", "commitTrial", "extendJob",
            "addCandidates",
        ];
        string[] session = ["beginSession", "endSession", "createSignInLink"];
        string[] @operator = ["limitProject", "listKeys", "createKey", "revokeKey", "readAudit", "readHookSecret"];
        string[] device = ["registerDevice", "takeWork", "reportSegment", "endDeviceSession", "meetRanks"];
        Assert.Equal(device, ApiOperations.All.Where(o => o.Needs == KeyRole.Device).Select(o => o.Id));
        Assert.Equal(["reportSegment", "meetRanks"], ApiOperations.All.Where(o => o.IsFrequent).Select(o => o.Id));
        Assert.Equal(submitter, ApiOperations.All.Where(o => o.Needs == KeyRole.Submitter).Select(o => o.Id));
        Assert.Equal(@operator, ApiOperations.All.Where(o => o.Needs == KeyRole.Operator).Select(o => o.Id));
        Assert.All(ApiOperations.All.Where(o => o.Needs == KeyRole.Viewer), o => Assert.False(o.IsChange && !session.Contains(o.Id)));
        Assert.Equal(ApiOperations.All.Length, ApiOperations.All.Select(o => o.Id).Distinct().Count());
    }

    [Fact]
    public async Task Metrics_which_tell_of_all_projects_need_a_key_of_all_projects()
    {
        await using var served = await Served.Start();
        using var all = served.Client(await served.Key(KeyRole.Viewer));
        Assert.StartsWith("# ", await all.ReadMetrics(Cancelled));
        using var one = served.Client(await served.Key(KeyRole.Operator, "mine"));
        var refused = await Assert.ThrowsAsync<AutoSelect.Client.ApiRefusalException>(() => one.ReadMetrics(Cancelled));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.EndsWith("readMetrics needs role Viewer of all projects.", refused.Message);
        Assert.Equal(["readMetrics"], ApiOperations.All.Where(o => o.IsOfAllProjects).Select(o => o.Id));
    }

    [Fact]
    public async Task An_operator_of_one_project_makes_keys_of_that_project_alone()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Operator, "mine"));
        var created = await client.CreateKey(new NewKey { Name = "x", Role = KeyRole.Operator }, Cancelled);
        Assert.Equal("mine", created.Description.Project);
        var refused = await Assert.ThrowsAsync<AutoSelect.Client.ApiRefusalException>(
            () => client.CreateKey(new NewKey { Name = "x", Role = KeyRole.Viewer, Project = KeyDescription.AllProjects }, Cancelled));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(["mine", "mine"], (await client.ListKeys(Cancelled)).Select(k => k.Project));
    }

    [Fact]
    public async Task An_operator_of_one_project_sets_the_limits_of_its_users_but_not_its_own()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Operator, "mine"));
        var limits = new UseLimits { Devices = 9 };
        var standing = await client.LimitProject("mine", new NewLimits { EachUser = limits }, Cancelled);
        Assert.Equal((9, null), (standing.Limits.EachUser.Devices, standing.Limits.Whole.Devices));
        var refused = await Assert.ThrowsAsync<AutoSelect.Client.ApiRefusalException>(
            () => client.LimitProject("mine", new NewLimits { Whole = limits }, Cancelled));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        using var all = served.Client(await served.Key(KeyRole.Operator));
        await all.LimitProject("mine", new NewLimits { Whole = new UseLimits { Weight = 2 } }, Cancelled);
        var seen = await client.DescribeProject("mine", Cancelled);
        Assert.Equal((2.0, 9), (seen.Limits.Whole.Weight, seen.Limits.EachUser.Devices));
    }

    private static void AssertAudited(
        IReadOnlyList<AuditEntry> entries, ApiOperation operation, bool isAllowed, HttpResponseMessage answer)
    {
        var isRefused = !isAllowed || (answer.StatusCode == HttpStatusCode.Forbidden && !operation.IsAudited);
        string[] kinds = isRefused ? ["refused"] : operation.IsAudited ? ["asked", "answered"] : [];
        Assert.Equal(kinds, entries.Select(e => e.Kind));
        Assert.All(entries, e => Assert.Equal(operation.Id, e.Operation));
        if (entries.Count > 0) Assert.Equal((int)answer.StatusCode, entries[^1].Status);
        Assert.All(entries, e => Assert.DoesNotContain("autoselect_", e.ToString()));
    }

    private static async Task<HttpResponseMessage> Send(HttpClient http, ApiOperation operation, JobId job, string key, string project)
    {
        var path = operation.Path.Replace("{job}", job.Value).Replace("{trial}", "t01").Replace("{file}", "t01").Replace("{key}", key)
            .Replace("{device}", Device).Replace("{session}", $"{NotedDevices.Session}").Replace("{group}", $"{DeviceBodies.Group:N}")
            .Replace("{project}", project);
        if (operation.Id is "submitJob" or "previewJob") path += $"?project={project}";
        var body = operation.Id switch
        {
            "submitJob" or "previewJob" => new StringContent(Job, Encoding.UTF8, "application/yaml"),
            "extendJob" => new StringContent("""{"target":0.95}""", Encoding.UTF8, "application/json"),
            "addCandidates" => new StringContent(Candidates, Encoding.UTF8, "application/yaml"),
            "createKey" => new StringContent(
                $$"""{"name":"x","role":"Viewer","project":"{{project}}"}""", Encoding.UTF8, "application/json"),
            "limitProject" => new StringContent("""{"eachUser":{"devices":3}}""", Encoding.UTF8, "application/json"),
            _ => DeviceBodies.Of(operation.Id, Device),
        };
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), path) { Content = body };
        return await http.SendAsync(request, Cancelled);
    }
}
