using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoSelect.Api.Tests.Devices;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Clients;

/// <summary>The client by hand against the document that the code makes, and against the server.</summary>
public sealed class ClientTests
{
    private const string Job = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    /// <summary>How each operation is called, by its id.</summary>
    private static readonly Dictionary<string, Func<ApiClient, JobId, Task>> Calls = new()
    {
        ["listJobs"] = (c, _) => c.ListJobs(new() { Size = 3, NewestFirst = true, States = [JobPhase.Probing], Name = "toy" }, Cancelled),
        ["submitJob"] = (c, _) => c.SubmitJob(
            new(Job) { Id = "x", Name = "n", File = "f", Notify = "https://x.example", Labels = Stories.Spec.Labels.Add("a", "b") },
            Cancelled),
        ["previewJob"] = (c, _) => c.PreviewJob(new(Job) { Project = "default" }, Cancelled),
        ["describeJob"] = (c, job) => c.DescribeJob(job, Cancelled),
        ["deleteJob"] = (c, job) => c.DeleteJob(job, Cancelled),
        ["listCandidates"] = (c, job) => c.ListCandidates(job, Cancelled),
        ["readCurves"] = (c, job) => c.ReadCurves(job, 5, keepsPeaks: true, Stories.First, Cancelled),
        ["listForecasts"] = (c, job) => c.ListForecasts(job, 0, Cancelled),
        ["listDecisions"] = (c, job) => c.ListDecisions(job, 0, Cancelled),
        ["listChances"] = (c, job) => c.ListChances(job, Cancelled),
        ["analyseJob"] = (c, job) => c.AnalyseJob(job, Cancelled),
        ["followAll"] = async (c, job) => await c.FollowAll([(job, 1)], false, false, Cancelled).CountAsync(Cancelled),
        ["listDeviceUse"] = (c, _) => c.ListDeviceUse(3, Cancelled),
        ["beginSession"] = (c, _) => c.BeginSession(Cancelled),
        ["describeSession"] = (c, _) => c.DescribeSession(Cancelled),
        ["endSession"] = (c, _) => c.EndSession(Cancelled),
        ["createSignInLink"] = (c, _) => c.CreateSignInLink(Cancelled),
        ["followEvents"] = async (c, job) => await c.FollowEvents(job, 0, Cancelled).CountAsync(Cancelled),
        ["readLogs"] = async (c, job) => await c.ReadLogs(job, follows: true, Cancelled).CountAsync(Cancelled),
        ["listCheckpoints"] = (c, job) => c.ListCheckpoints(job, Cancelled),
        ["downloadCheckpoint"] = async (c, job) => await (await c.DownloadCheckpoint(job, "t01", 0, Cancelled)).DisposeAsync(),
        ["exportJob"] = async (c, job) => await (await c.ExportJob(job, Cancelled)).DisposeAsync(),
        ["pauseJob"] = (c, job) => c.PauseJob(job, "why", Cancelled),
        ["resumeJob"] = (c, job) => c.ResumeJob(job, "why", Cancelled),
        ["cancelJob"] = (c, job) => c.CancelJob(job, "why", Cancelled),
        ["stopTrial"] = (c, job) => c.StopTrial(job, Stories.First, "why", Cancelled),
        ["commitTrial"] = (c, job) => c.CommitTrial(job, Stories.First, "why", Cancelled),
        ["extendJob"] = (c, job) => c.ExtendJob(job, new JobExtension(0.95, "+30m", "why"), Cancelled),
        ["addCandidates"] = (c, job) => c.AddCandidates(job, "candidates: [{ strategy: sgd, values: { learningRate: 0.5 } }]", Cancelled),
        ["exportWinner"] = (c, job) => c.ExportWinner(job, asCode: true, Cancelled),
        ["readAudit"] = (c, _) => c.ReadAudit(0, 5, Cancelled),
        ["readHookSecret"] = (c, _) => c.ReadHookSecret("default", Cancelled),
        ["listDevices"] = (c, _) => c.ListDevices(Cancelled),
        ["registerDevice"] = (c, _) => c.RegisterDevice(DeviceBodies.Registration("d"), Cancelled),
        ["takeWork"] = (c, _) => c.TakeWork(new DeviceId("d"), NotedDevices.Session, 1, Cancelled),
        ["reportSegment"] = (c, _) => c.ReportSegment(new DeviceId("d"), NotedDevices.Session, DeviceBodies.Report, Cancelled),
        ["endDeviceSession"] = (c, _) => c.EndDeviceSession(new DeviceId("d"), NotedDevices.Session, Cancelled),
        ["meetRanks"] = (c, _) => c.MeetRanks(DeviceBodies.Meeting, Cancelled),
        ["listLeases"] = (c, _) => c.ListLeases(Cancelled),
        ["listQueue"] = (c, _) => c.ListQueue(Cancelled),
        ["listBorrowed"] = (c, _) => c.ListBorrowed(Cancelled),
        ["listProjects"] = (c, _) => c.ListProjects(Cancelled),
        ["describeProject"] = (c, _) => c.DescribeProject("p", Cancelled),
        ["limitProject"] = (c, _) => c.LimitProject("p", new() { Whole = new UseLimits { Devices = 1 } }, Cancelled),
        ["listKeys"] = (c, _) => c.ListKeys(Cancelled),
        ["createKey"] = (c, _) => c.CreateKey(new() { Name = "x", Role = KeyRole.Viewer, Project = "p", Days = 1 }, Cancelled),
        ["revokeKey"] = async (c, _) => await c.RevokeKey((await c.ListKeys(Cancelled))[0].Id, Cancelled),
        ["readMetrics"] = (c, _) => c.ReadMetrics(Cancelled),
        ["describeApi"] = (c, _) => c.DescribeApi(Cancelled),
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_of_the_document_is_called_as_it_says()
    {
        await using var served = await Served.Start();
        using var owner = served.Client();
        var operations = Operations(JsonNode.Parse(await owner.DescribeApi(Cancelled))!);
        Assert.Equal(operations.Keys.Order(), Calls.Keys.Order());
        await served.Key(KeyRole.Viewer);
        foreach (var (id, call) in Calls)
        {
            var job = await served.Add();
            if (id is not ("downloadCheckpoint" or "addCandidates")) await served.End(job);
            var noted = new NotingHandler();
            using var client = new ApiClient(new ApiAddress(served.Address, Served.OwnerToken), noted);
            await call(client, job);
            var (request, status) = noted.Requests[^1];
            var (method, path, queries, expected) = operations[id];
            Assert.Equal(method, request.Method.Method);
            Assert.Matches($"^{Regex.Replace(path, @"\{\w+\}", "[^/]+")}$", request.RequestUri!.AbsolutePath);
            Assert.Equal(expected, (int)status);
            var given = request.RequestUri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
            Assert.Subset(queries, given.Select(q => q.Split('=')[0]).ToHashSet());
            Assert.NotNull(typeof(ApiClient).GetMethod(char.ToUpperInvariant(id[0]) + id[1..]));
        }
    }

    [Fact]
    public async Task A_refusal_has_the_problem_of_the_server()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(() => client.SubmitJob(new("workload: toy-mlp\n"), Cancelled));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(2, refused.Errors.Length);
        var unknown = await Assert.ThrowsAsync<ApiRefusalException>(() => client.DescribeJob(new JobId("no ne?"), Cancelled));
        Assert.Equal((HttpStatusCode.NotFound, "No job 'no ne?' is stored."), (unknown.Status, unknown.Message));
    }

    [Fact]
    public async Task A_follower_goes_on_through_a_server_that_comes_again()
    {
        await using var served = await Served.Start();
        var job = await served.Add();
        var handler = new CuttingHandler(events: 2);
        using var client = new ApiClient(new ApiAddress(served.Address, Served.OwnerToken), handler);
        await served.End(job);
        var numbers = new List<long>();
        await foreach (var e in new EventFollower(client, TimeProvider.System).Follow(job, 0, Cancelled)) numbers.Add(e.Number);
        Assert.Equal([1, 2, 3, 4, 5, 6], numbers);
        Assert.True(handler.Requests > 2);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_is_told_like_any_other_that_is_not()
    {
        // As the handler says that its ConnectTimeout has passed; an address that nobody answers at would take that long.
        using var client = new ApiClient(new ApiAddress(new Uri("https://jobs.example"), "key"), new SilentHandler());
        var away = await Assert.ThrowsAsync<HttpRequestException>(() => client.ListDevices(Cancelled));
        Assert.Equal("https://jobs.example/ took no connection within 10 s.", away.Message);
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ListDevices(given.Token));
    }

    [Theory]
    [InlineData("http://jobs.example", "it must be https")]
    [InlineData("ftp://127.0.0.1", "it must be an address")]
    public void A_key_is_sent_over_tls_or_loopback_alone(string server, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => new ApiAddress(new Uri(server), "key")).Message);

    [Fact]
    public void An_address_does_not_show_its_key() =>
        Assert.DoesNotContain("secret", new ApiAddress(new Uri("https://jobs.example/x"), "secret").ToString());

    private static Dictionary<string, (string Method, string Path, HashSet<string> Queries, int Status)> Operations(JsonNode document) =>
    (
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        let parameters = operation.Value!["parameters"]?.AsArray() ?? []
        let queries = parameters.Where(p => (string?)p!["in"] == "query").Select(p => (string)p!["name"]!).ToHashSet()
        let status = int.Parse(operation.Value["responses"]!.AsObject().First(r => r.Key[0] == '2').Key)
        select (Id: (string)operation.Value["operationId"]!, Called: (operation.Key.ToUpperInvariant(), path.Key, queries, status))
    ).ToDictionary(o => o.Id, o => o.Called);
}
