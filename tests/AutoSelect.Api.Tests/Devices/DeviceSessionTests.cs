using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Devices;

/// <summary>What device processes ask of the server.</summary>
public sealed class DeviceSessionTests
{
    private const string Base = "v1/devices/node7-0/sessions";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_registers_works_reports_and_takes_leave()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Device, name: "node7"));
        var id = new DeviceId("node7-0");

        var registered = await client.RegisterDevice(DeviceBodies.Registration("node7-0"), Cancelled);
        var work = await client.TakeWork(id, registered.Session, 1, Cancelled);
        var reply = await client.ReportSegment(
            id, registered.Session, DeviceBodies.Report with { Points = [DeviceBodies.Point(10, double.NaN)] }, Cancelled);
        await client.EndDeviceSession(id, registered.Session, Cancelled);

        Assert.Equal(["https://b.example:8443/"], registered.Servers.Select(s => s.ToString()));
        Assert.Equal((5.0, 60.0), (registered.LeaseSeconds, registered.GraceSeconds));
        Assert.Equal((1L, 10L), (work!.LeaseToken, work.UntilStep));
        Assert.Equal((SegmentOrder.Continue, 10L), (reply.Order, reply.AcknowledgedStep));
        Assert.Equal(double.NaN, served.Devices.Reports.Single().Points.Single().Value);
        Assert.Equal([id], served.Devices.Left);
        // Told by the job's events alone: a line a report would be thousands a second.
        Assert.Equal(
            ["registerDevice", "registerDevice", "endDeviceSession", "endDeviceSession"], served.Audited().Select(e => e.Operation));
        Assert.Equal("7", served.Audited()[1].Made);
    }

    [Fact]
    public async Task Nothing_to_train_and_ranks_that_have_not_all_come_are_answered_with_nothing()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        (served.Devices.Work, served.Devices.Ranks) = (null, null);
        Assert.Null(await client.TakeWork(new DeviceId("d"), NotedDevices.Session, 0, Cancelled));
        Assert.Null(await client.MeetRanks(DeviceBodies.Meeting, Cancelled));
        served.Devices.Ranks = [new("a", 1, "m"), new("b", 2, "m")];
        Assert.Equal(["a", "b"], (await client.MeetRanks(DeviceBodies.Meeting, Cancelled))!.Value.Select(a => a.Host));
    }

    [Fact]
    public async Task Who_waits_for_work_is_told_when_the_server_ends()
    {
        await using var served = await Served.Start(new FakeTimeProvider(DateTimeOffset.UtcNow));
        using var http = served.Http();
        served.Devices.Work = null;
        var waiting = http.GetAsync($"{Base}/7/work?patience=30", Cancelled);
        await served.Devices.Waiting.Task.WaitAsync(Cancelled);

        await served.StopServing();

        using var answer = await waiting.WaitAsync(TimeSpan.FromMinutes(2), Cancelled);
        await answer.IsProblem(HttpStatusCode.ServiceUnavailable, "The server ends.");
    }

    [Theory]
    [InlineData("GET", "/6/work", "")]
    [InlineData("POST", "/6/reports", "reportSegment")]
    [InlineData("DELETE", "/6", "")]
    public async Task A_session_that_is_over_is_a_conflict_of_a_type_of_its_own(string method, string path, string body)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), Base + path) { Content = DeviceBodies.Of(body, "node7-0") };
        using var answer = await http.SendAsync(request, Cancelled);
        var problem = await answer.IsProblem(HttpStatusCode.Conflict, "Session 6 of device node7-0 is over.");
        Assert.Equal(ApiProblemTypes.StaleSession, problem.Type);
        Assert.Equal(0, served.Devices.Changes);
    }

    [Theory]
    [InlineData("{\"protocol\":2,\"build\":\"9.9\"}")]
    [InlineData("{\"protocol\":0,\"build\":\"9.9\",\"device\":5}")]
    [InlineData("{\"protocol\":2}")]
    public async Task Another_protocol_is_refused_with_both_numbers_and_builds(string body)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var answer = await http.PostAsync(Base, new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        var problem = await answer.IsProblem(HttpStatusCode.UpgradeRequired, $"this server speaks {DeviceProtocol.Version} (build ");
        Assert.Equal(ApiProblemTypes.DeviceProtocol, problem.Type);
        Assert.Contains(body.Contains("9.9") ? "(build 9.9)" : "(build unknown)", problem.Detail);
        Assert.Contains($"protocol is {body["{\"protocol\":".Length]}", problem.Detail);
        Assert.Equal(0, served.Devices.Changes);
    }

    [Fact]
    public async Task A_report_of_a_lease_of_others_is_refused_and_written_down()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Device, name: "node7"));
        var foreign = DeviceBodies.Report with { LeaseToken = 2 };
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.ReportSegment(new DeviceId("node7"), NotedDevices.Session, foreign, Cancelled));
        Assert.Equal((HttpStatusCode.Forbidden, ApiProblemTypes.ForeignLease), (refused.Status, refused.Type));
        var entry = Assert.Single(served.Audited());
        Assert.Equal(("refused", "reportSegment", 403), (entry.Kind, entry.Operation, entry.Status));

        var running = new RunningSegment { Job = foreign.Job, Trial = foreign.Trial, LeaseToken = 2 };
        refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.RegisterDevice(DeviceBodies.Registration("node7") with { Running = running }, Cancelled));
        Assert.Equal((HttpStatusCode.Forbidden, ApiProblemTypes.ForeignLease), (refused.Status, refused.Type));
        Assert.Equal(["asked", "answered"], served.Audited().Skip(1).Select(e => e.Kind));
        Assert.Equal(403, served.Audited()[^1].Status);
        Assert.Equal(0, served.Devices.Changes);
    }

    [Fact]
    public async Task Where_another_silo_is_away_nothing_of_the_inside_of_the_cluster_is_told()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        foreach (var fault in (Exception[])
            [new TimeoutException("Request [S127.0.0.1:1 device/d]"), new Orleans.Runtime.OrleansException("S127.0.0.1:1")])
        {
            served.Devices.Fault = fault;
            using var answer = await http.PostAsync(Base + "/7/reports", DeviceBodies.Of("reportSegment", "node7-0"), Cancelled);
            var problem = await answer.IsProblem(HttpStatusCode.ServiceUnavailable, "Another silo of the cluster does not answer");
            Assert.DoesNotContain("127.0.0.1", problem.Detail);
        }
    }

    [Theory]
    [InlineData("registerDevice", "device.id", "\"node7-1\"", "it must be that of the path, 'node7-0'")]
    [InlineData("registerDevice", "device.id", "\"../x\"", "must be 1 to 100 letters")]
    [InlineData("registerDevice", "device.id", "null", "DeviceId")]
    [InlineData("registerDevice", "device", "null", "device is null")]
    [InlineData("registerDevice", "device.kind", "7", "it must be one of Cpu, Cuda")]
    [InlineData("registerDevice", "device.index", "-1", "device.index is -1")]
    [InlineData("registerDevice", "device.model", "null", "device.model is null")]
    [InlineData("registerDevice", "device.host", "\"{300}\"", "device.host has 300 characters")]
    [InlineData("registerDevice", "running", "{\"job\":\"../x\",\"trial\":\"t01\",\"leaseToken\":1}", "running.job is '../x'")]
    [InlineData("registerDevice", "running", "{\"job\":\"x\",\"trial\":\"..\",\"leaseToken\":1}", "running.trial is '..'")]
    [InlineData("reportSegment", "job", "\"a/b\"", "job is 'a/b'")]
    [InlineData("reportSegment", "leaseToken", "-1", "leaseToken is -1")]
    [InlineData("reportSegment", "step", "-1", "step is -1")]
    [InlineData("reportSegment", "step", "1.5", "Int64")]
    [InlineData("reportSegment", "end", "99", "end is '99'")]
    [InlineData("reportSegment", "reason", "null", "reason is null")]
    [InlineData("reportSegment", "reason", "\"{5000}\"", "reason has 5000 characters")]
    [InlineData("reportSegment", "points", "[null]", "points is null")]
    [InlineData("reportSegment", "points", "null", "")]
    [InlineData("reportSegment", "checkpoint", "{\"uri\":null,\"step\":1,\"bytes\":1}", "checkpoint.uri is null")]
    [InlineData("reportSegment", "checkpoint", "{\"uri\":\"{5000}\",\"step\":1,\"bytes\":1}", "checkpoint.uri has 5000 characters")]
    [InlineData("reportSegment", "checkpoint", "{\"uri\":\"a\",\"step\":1,\"bytes\":-1}", "checkpoint.bytes is -1")]
    [InlineData("reportSegment", "checkpoint", "{\"uri\":\"a\",\"step\":1,\"bytes\":1,\"sha256\":\"AB\"}", "checkpoint.sha256 is 'AB'")]
    [InlineData("reportSegment", "storeFault", "null", "storeFault is null")]
    [InlineData("reportSegment", "storeFault", "\"{5000}\"", "storeFault has 5000 characters")]
    [InlineData("meetRanks", "placement", "null", "placement is null")]
    [InlineData("meetRanks", "placement.token", "\"11111111-1111-1111-1111-111111111111\"", "must be the token of the placement")]
    [InlineData("meetRanks", "address.port", "0", "address.port is 0")]
    [InlineData("meetRanks", "patience", "\"NaN\"", "patience is NaN")]
    [InlineData("meetRanks", "patience", "31", "patience is 31")]
    public async Task What_cannot_be_is_refused_with_the_value_and_the_rule(string operation, string path, string value, string rule)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var body = JsonNode.Parse(await DeviceBodies.Of(operation, "node7-0")!.ReadAsStringAsync(Cancelled))!;
        var (parent, names) = (body, path.Split('.'));
        foreach (var name in names[..^1]) parent = parent[name]!;
        var text = System.Text.RegularExpressions.Regex.Replace(value, @"\{(\d+)\}", m => new string('x', int.Parse(m.Groups[1].Value)));
        parent[names[^1]] = JsonNode.Parse(text);
        using var answer = await http.PostAsync(
            operation switch
            {
                "registerDevice" => Base,
                "reportSegment" => Base + "/7/reports",
                _ => $"v1/rendezvous/{DeviceBodies.Group:N}",
            },
            new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), Cancelled);
        await answer.IsProblem(HttpStatusCode.BadRequest, rule);
        Assert.Equal(0, served.Devices.Changes);
    }

    [Theory]
    [InlineData("v1/devices/node7-0/sessions/7/work?patience=31", "patience is '31'")]
    [InlineData("v1/devices/node7-0/sessions/x/work", "The session is 'x'")]
    [InlineData("v1/devices/node7-0/sessions/-7/work", "The session is '-7'")]
    [InlineData("v1/devices/a%2Fb/sessions/7/work", "The device is 'a%2Fb'")]
    public async Task A_path_that_cannot_be_is_refused_with_the_value_and_the_rule(string path, string rule)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var answer = await http.GetAsync(path, Cancelled);
        await answer.IsProblem(HttpStatusCode.BadRequest, rule);
    }

    [Fact]
    public async Task A_report_has_a_hundred_points_at_most()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var points = Enumerable.Range(1, DeviceProtocol.ReportPoints).Select(i => DeviceBodies.Point(i));
        var most = DeviceBodies.Report with { Points = [.. points] };
        Assert.Equal(10, (await client.ReportSegment(new DeviceId("d"), NotedDevices.Session, most, Cancelled)).AcknowledgedStep);
        var more = most with { Points = most.Points.Add(DeviceBodies.Point(200)) };
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.ReportSegment(new DeviceId("d"), NotedDevices.Session, more, Cancelled));
        Assert.Contains("points are 101: they must be at most 100", refused.Message);
    }
}
