using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Api;

namespace AutoSelect.Host.Tests;

/// <summary>Commands that change a job, and those that look at what it runs on: of a store that nobody has open, and of a server.</summary>
public sealed class ChangedJobCommandTests
{
    private const string Candidate = "{ strategy: sgd, values: { learningRate: 0.5 } }";

    [Fact]
    public async Task An_objective_is_extended_in_a_store_that_nobody_has_open()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        await job.Close();
        using var run = OfStore();
        Assert.Equal(0, await run.Run("extend", "toy-1", "--target", "0.95", "--deadline", "none", "--store", job.Paths.Root));
        Assert.Equal("Job 'toy-1': target 0.95, deadline none.\n", run.Output);
        Assert.Equal((0.95, null), ((await job.Record()).Spec.Objective.Target, (await job.Record()).Spec.Objective.DeadlineSeconds));
        Assert.Equal(ExitCodes.BadInput, await run.Run("extend", "toy-1", "--target", "95", "--store", job.Paths.Root));
        Assert.Contains("target is '95': accuracy lies between 0 and 1; 95 % is 0.95.", run.Error);
        Assert.Equal(ExitCodes.BadInput, await run.Run("extend", "toy-1", "--deadline", "1s", "--store", job.Paths.Root));
        Assert.Contains("it must lie ahead", run.Error);
    }

    [Fact]
    public async Task An_extension_is_told_as_an_event_to_whoever_follows()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed.Then(12, new JobRequested(JobRequest.Extend(.95, null, "it is easy")),
            new ObjectiveChanged(SampleJob.Spec.Objective with { Target = .95 })));
        using var run = OfStore();
        await run.Run("follow", "toy-1", "--store", job.Paths.Root);
        Assert.Contains("asked to extend the objective: it is easy", run.Output);
        Assert.Contains("the objective is now fastest to accuracy ≥ 0.95 within 10 min", run.Output);
    }

    [Fact]
    public async Task A_job_that_has_ended_says_how_to_go_on()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        await job.Close();
        using var run = OfStore();
        Assert.Equal(ExitCodes.BadInput, await run.Run("extend", "toy-1", "--target", "0.95", "--store", job.Paths.Root));
        Assert.Contains("autoselect export toy-1 --job-file next.yaml writes one that trains the winner alone", run.Error);
    }

    [Fact]
    public async Task Candidates_join_in_a_store_that_nobody_has_open_or_are_told_what_is_wrong_with_them()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        await job.Close();
        using var run = OfStore();
        string[] wrong = ["add", "toy-1", "--candidate", "sgdd", "--candidate", "{ strategy: sgd, values: { rate: 1 } }"];
        Assert.Equal(ExitCodes.BadInput, await run.Run([.. wrong, "--store", job.Paths.Root]));
        Assert.Contains("--candidate:2: candidates[0] is 'sgdd'", run.Error);
        Assert.Contains("--candidate:3: 'rate' is not a hyperparameter of sgd", run.Error);
        Assert.Equal(0, await run.Run("add", "toy-1", "--candidate", Candidate, "--store", job.Paths.Root));
        Assert.Equal("Job 'toy-1': sgd-b64-lr0.5 added.\n", run.Output);
        var record = await job.Record();
        Assert.Equal("sgd-b64-lr0.5", record.Trials[^1].Candidate.Name);
        Assert.True(record.Spec.StepTimes.ContainsKey("sgd-b64-lr0.5"));
    }

    [Fact]
    public async Task A_server_is_asked_for_the_same()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var extend = await Against(job);
        Assert.Equal(0, await extend.Run("extend", "toy-1", "--target", "0.95", "--reason", "easy"));
        using var add = await Against(job);
        Assert.Equal(0, await add.Run("add", "toy-1", "--candidate", Candidate));
        Assert.Equal("Job 'toy-1': sgd-b64-lr0.5 added.\n", add.Output);
        Assert.Equal(JobRequest.Extend(.95, null, "easy"), job.Requests[0].Request);
        Assert.Equal("sgd-b64-lr0.5", Assert.Single(job.Requests[1].Request.Addition!.Candidates).Name);
        using var wrong = await Against(job);
        Assert.Equal(ExitCodes.BadInput, await wrong.Run("add", "toy-1", "--candidate", "sgdd"));
        Assert.Contains("--candidate:2: candidates[0] is 'sgdd'", wrong.Error);
        using var refused = await Against(job);
        job.Refusal = new InvalidOperationException("It is committed.");
        Assert.Equal(ExitCodes.BadInput, await refused.Run("extend", "toy-1", "--deadline", "+1h"));
        Assert.Equal("It is committed.\n", refused.Error);
    }

    [Theory]
    [InlineData("Neither --target nor --deadline", "extend", "toy-1")]
    [InlineData("--target is 'NaN': it must be a finite number", "extend", "toy-1", "--target", "NaN")]
    [InlineData("--deadline is 'soon': it must be a duration", "extend", "toy-1", "--deadline", "soon")]
    [InlineData("from --candidate or from --file", "add", "toy-1")]
    [InlineData("with --file it must stand in the file", "add", "toy-1", "--file", "x.yaml", "--epochs", "3")]
    [InlineData("--size is '0': it must be an integer of at least 1 and at most 1000.", "audit", "--size", "0")]
    [InlineData("--notify is 'ftp://x': it must be an http or https address", "run", "x.yaml", "--notify", "ftp://x")]
    [InlineData("--out is 'x': the winner goes to --job-file and --code alone", "export", "toy-1", "--out", "x", "--code", "-")]
    public async Task Bad_arguments_end_with_2(string message, params string[] arguments)
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        using var run = OfStore();
        Assert.Equal(ExitCodes.BadInput, await run.Run([.. arguments, "--store", job.Paths.Root]));
        Assert.Contains(message, run.Error);
    }

    [Fact]
    public async Task A_winner_is_the_same_of_a_store_and_of_a_server_and_can_be_planned()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed, s => s with { Candidates = [s.Candidates[0], s.Candidates[1]] });
        using var ofStore = OfStore();
        Assert.Equal(0, await ofStore.Run("export", "toy-1", "--job-file", "-", "--code", "-", "--store", job.Paths.Root));
        using var ofServer = await Against(job);
        Assert.Equal(0, await ofServer.Run("export", "toy-1", "--job-file", "-", "--code", "-"));
        Assert.Equal(ofStore.Output, ofServer.Output);
        using var written = OfStore();
        var file = written.Folder["winner.yaml"];
        Assert.Equal(0, await written.Run("export", "toy-1", "--job-file", file, "--store", job.Paths.Root));
        Assert.Equal($"The winner as a job file in {file}\n", written.Output);
        Assert.Equal(0, await written.Run("preview", file));
        Assert.Contains("nadamw-b64", written.Output);
        using var early = OfStore();
        await using var running = await StoredJob.Create(SampleJob.Started);
        Assert.Equal(ExitCodes.BadInput, await early.Run("export", "toy-1", "--code", "-", "--store", running.Paths.Root));
        Assert.Contains("has no winner", early.Error);
    }

    [Fact]
    public async Task Devices_and_queue_are_the_servers()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Borrow("far-gpu0");
        using var devices = await Against(job);
        Assert.Equal(0, await devices.Run("devices"));
        Assert.Matches(@"far-gpu0 .* toy-1\n", devices.Output);
        using var queue = await Against(job);
        Assert.Equal(0, await queue.Run("queue"));
        Assert.Matches(@"place +job +holds +least +most +class +price\n1 +toy-1 +far-gpu0 +1 +3 +any +0\.08\n", queue.Output);
        using var json = await Against(job);
        Assert.Equal(0, await json.Run("queue", "--json"));
        var document = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal("toy-1", document.GetProperty("queue")[0].GetProperty("job").GetString());
        Assert.Equal("far-gpu0", document.GetProperty("leases")[0].GetProperty("device").GetString());
        await job.Close();
        using var nobody = OfStore();
        Assert.Equal(0, await nobody.Run("queue", "--store", job.Paths.Root));
        Assert.Equal($"No job asks for devices in {job.Paths.Root}.\n", nobody.Output);
    }

    [Fact]
    public async Task The_audit_log_is_the_same_of_a_store_and_of_a_server()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var pause = await Against(job);
        Assert.Equal(0, await pause.Run("pause", "toy-1"));
        using var ofServer = await Against(job);
        Assert.Equal(0, await ofServer.Run("audit"));
        Assert.Matches(@"pauseJob asked +/v1/jobs/toy-1/pause", ofServer.Output);
        await job.Close();
        using var ofStore = OfStore();
        Assert.Equal(0, await ofStore.Run("audit", "--store", job.Paths.Root));
        Assert.Equal(ofServer.Output, ofStore.Output);
        using var paged = OfStore();
        Assert.Equal(0, await paged.Run("audit", "--size", "1", "--store", job.Paths.Root));
        Assert.Matches(@"There may be more: --after \d+", paged.Error);
    }

    [Fact]
    public async Task What_notices_are_signed_with_is_the_same_of_a_store_and_of_a_server()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var ofServer = await Against(job);
        Assert.Equal(0, await ofServer.Run("keys", "secret", "--project", "vision"));
        Assert.Matches("^whsec_[A-Za-z0-9+/=]{44}\n$", ofServer.Output);
        await job.Close();
        using var ofStore = OfStore();
        Assert.Equal(0, await ofStore.Run("keys", "secret", "--project", "vision", "--store", job.Paths.Root));
        Assert.Equal(ofServer.Output, ofStore.Output);
    }

    private static CommandRun OfStore() => new() { Archive = new JobArchive() };

    private static async Task<CommandRun> Against(StoredJob job)
    {
        if (ApiFile.Read(job.Paths.Api) is null) await job.Serve();
        var file = ApiFile.Read(job.Paths.Api)!;
        var run = new CommandRun();
        run.Variables[ServerLocation.Variable] = $"http://127.0.0.1:{file.Port}";
        run.Variables[ServerLocation.KeyVariable] = file.Token;
        return run;
    }
}
