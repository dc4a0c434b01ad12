using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AutoSelect.Api.Tests.Devices;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Elsewhere;

/// <summary>What clients ask for that train the runs of a job elsewhere.</summary>
public sealed class ElsewhereTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_asks_and_gets_all_that_it_needs_to_train()
    {
        await using var served = await Served.Start();
        using var http = served.Http(await served.Key(KeyRole.Submitter));
        var job = await served.Add(with: Stories.Elsewhere);
        served.Devices.Work = Work(await served.Record(job), from: "s3 of mine/5");

        var answer = await http.PostAsync($"v1/jobs/{job}/ask?patience=1", DeviceBodies.Json(DeviceBodies.Ask), Cancelled);

        var piece = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!["piece"]!;
        Assert.Equal(
            """
            {"trial":"t01","token":1,"candidate":"nadamw-b64","arguments":{"lr":0.1,"name":"a"},"seed":1,"metric":"accuracy",
            "steps":500,"fromStep":5,"untilStep":10,"checkpoint":"s3 of mine/5","resumes":true,"saveEverySeconds":10,
            "patienceSeconds":30,"isCommitted":false}
            """.ReplaceLineEndings(""), piece.ToJsonString());
        var device = Assert.Single(served.Devices.Asked);
        Assert.Equal(
            ($"elsewhere:{job}:laptop", DeviceKind.Elsewhere, "RTX 4090", new ElsewhereClient(job, "laptop", 30)),
            (device.Id.Value, device.Kind, device.Model, device.Elsewhere));
        // Told by the job's events alone.
        Assert.Empty(served.Audited());
    }

    [Fact]
    public async Task A_client_tells_and_is_told_what_to_do()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Submitter));
        var job = await served.Add(with: Stories.Elsewhere);
        var reply = await client.TellJob(job, DeviceBodies.Tell, Cancelled);
        Assert.Equal((TellOrder.Pause, true, 60L), (reply.Order, reply.IsCommitted, reply.AcknowledgedStep));
        var (device, told) = Assert.Single(served.Devices.Told);
        Assert.Equal(($"elsewhere:{job}:laptop", "/home/me/60", 60L), (device.Id.Value, told.Checkpoint, told.Points.Single().Step));
    }

    [Fact]
    public async Task Who_finds_nothing_to_train_asks_again_until_the_job_has_ended()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add(with: Stories.Elsewhere);
        served.Devices.Work = null;
        Assert.Null(await client.AskJob(job, DeviceBodies.Ask, 0, Cancelled));
        await served.End(job);
        var ended = (await client.AskJob(job, DeviceBodies.Ask, 30, Cancelled))!.Ended!;
        Assert.Equal((JobPhase.Completed, "Reached.", "nadamw-b64", .9), (ended.Phase, ended.Summary, ended.Winner, ended.Value));
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_server_ends()
    {
        await using var served = await Served.Start(new FakeTimeProvider(DateTimeOffset.UtcNow));
        using var http = served.Http();
        var job = await served.Add(with: Stories.Elsewhere);
        served.Devices.Work = null;
        var waiting = http.PostAsync($"v1/jobs/{job}/ask?patience=30", DeviceBodies.Json(DeviceBodies.Ask), Cancelled);
        await served.Devices.Waiting.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        await served.StopServing();
        using var answer = await waiting.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task What_stands_for_a_client_is_shown_to_those_of_its_project_alone()
    {
        await using var served = await Served.Start();
        var job = await served.Add("mine", with: Stories.Elsewhere);
        var device = DeviceBodies.Device("x") with
        {
            Id = new DeviceId($"elsewhere:{job}:laptop"),
            Kind = DeviceKind.Elsewhere,
            Elsewhere = new ElsewhereClient(job, "laptop", 30),
        };
        await served.Leases.Put(device, DeviceStatus.ElsewhereProvider);
        await served.Leases.Put(DeviceBodies.Device("d"), DeviceStatus.OwnProvider);
        Assert.Equal(($"d elsewhere:{job}:laptop", 0, 2), await Seen("mine"));
        Assert.Equal(("d", 0, 0), await Seen("others"));
        await served.Leases.Grant(device.Id, job, DateTimeOffset.MaxValue, 0);
        Assert.Equal(($"d elsewhere:{job}:laptop", 1, 2), await Seen("mine"));
        Assert.Equal(("d", 0, 0), await Seen("others"));

        async Task<(string Devices, int Leases, int Uses)> Seen(string project)
        {
            using var client = served.Client(await served.Key(KeyRole.Viewer, project));
            var devices = string.Join(' ', (await client.ListDevices(Cancelled)).Select(d => d.Device.Id.Value));
            return (devices, (await client.ListLeases(Cancelled)).Length,
                (await client.ListDeviceUse(24, Cancelled)).Length);
        }
    }

    [Fact]
    public async Task A_job_on_devices_of_AutoSelects_gives_no_runs_away()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(() => client.AskJob(job, DeviceBodies.Ask, 0, Cancelled));
        Assert.Equal(
            (HttpStatusCode.Conflict, $"Job '{job}' trains toy-mlp on devices of AutoSelect's: only of a job whose workload says trained: "
                + "elsewhere can runs be asked for."), (refused.Status, refused.Message));
        refused = await Assert.ThrowsAsync<ApiRefusalException>(() => client.TellJob(job, DeviceBodies.Tell, Cancelled));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal(0, served.Devices.Changes);
    }

    [Fact]
    public async Task A_device_process_is_no_client_that_trains_elsewhere()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var device = DeviceBodies.Device("d") with { Elsewhere = new ElsewhereClient(new JobId("toy-1"), "d", 1) };
        var refused = await Assert.ThrowsAsync<ApiRefusalException>(
            () => client.RegisterDevice(DeviceBodies.Registration("d") with { Device = device }, Cancelled));
        Assert.Equal(
            "device.kind is 'Cpu': it must be Cpu or Cuda, and elsewhere be left out; who trains elsewhere asks a job.", refused.Message);
    }

    [Theory]
    [InlineData("ask", """{"client":"a b"}""", "client is 'a b': it must be 1 to 64 letters, digits")]
    [InlineData("ask", """{"client":null}""", "client is '': it must be 1 to 64 letters, digits")]
    [InlineData("ask", """{"client":"a","device":null}""", "device is null: it must be given or left out.")]
    [InlineData("tell", """{"client":"a","trial":"x","token":1,"step":1}""", "trial is 'x': it must be a t and digits")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":-1,"step":1}""", "token is -1: it must be at least 0.")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":-1}""", "step is -1: it must be at least 0.")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":1,"points":[null]}""", "points has null")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":1,"points":[{"step":0,"value":1}]}""", "points.step is 0: it must")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":1,"overheadSeconds":-2}""", "overheadSeconds is -2: it must be")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":1,"evaluationSeconds":"NaN"}""", "evaluationSeconds is NaN: it")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":1,"end":9}""", "end is '9': it must be one of GivenBack, Check")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":1,"checkpoint":""}""", "checkpoint is '': it must have a char")]
    [InlineData("tell", """{"client":"a","trial":"t01","token":1,"step":1,"checkpoint":"a\u0007"}""", "and no control character.")]
    public async Task What_breaks_a_rule_is_refused_with_the_value_and_the_rule(string what, string body, string rule)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add(with: Stories.Elsewhere);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"v1/jobs/{job}/{what}", content, Cancelled);
        await answer.IsProblem(HttpStatusCode.BadRequest, rule);
        Assert.Equal(0, served.Devices.Changes);
    }

    private static SegmentAssignment Work(JobRecord job, string from) => new()
    {
        Job = job.Id,
        Trial = TrialId.At(0),
        LeaseToken = NotedDevices.Token,
        Candidate = job.Trials[0].Candidate,
        Workload = job.Spec.Workload,
        Evaluation = new EvaluationPolicy(),
        From = new Checkpoint { Uri = CheckpointUri.KeptElsewhere(from), Step = 5, Bytes = 0 },
        UntilStep = 10,
        CheckpointEverySeconds = 10,
        Folder = "",
        HorizonSteps = 500,
        Direction = Direction.Maximize,
        Rung = 0,
    };
}
