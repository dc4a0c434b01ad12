using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Api;

namespace AutoSelect.Host.Tests;

/// <summary>The commands against a server: the same words as against a store.</summary>
public sealed class ServerCommandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_server_has_is_shown_as_that_of_a_store_is()
    {
        await using var job = await StoredJob.Create(SampleJob.Committed);
        string[][] commands = [["jobs"], ["show", "toy-1"], ["explain", "toy-1"], ["export", "toy-1"], ["show", "toy-1", "--json"]];
        foreach (var arguments in commands)
        {
            using var ofStore = new CommandRun { Archive = new JobArchive() };
            Assert.Equal(0, await ofStore.Run([.. arguments, "--store", job.Paths.Root]));
            using var ofServer = await Against(job);
            Assert.Equal(0, await ofServer.Run(arguments));
            Assert.Equal(ofStore.Output, ofServer.Output);
            Assert.NotEmpty(ofServer.Output);
        }
    }

    [Fact]
    public async Task A_job_is_submitted_and_followed_to_its_end()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        using var run = await Against(job);
        Assert.Equal(0, await run.Run("submit", run.JobFile(), "--label", "team=vision", "--id", "mine"));
        Assert.Equal("toy-2\n", run.Output);
        using var again = await Against(job);
        Assert.Equal(0, await again.Run("submit", again.JobFile(), "--label", "team=vision", "--id", "mine", "--json"));
        Assert.Equal("{\"job\":\"toy-2\",\"warnings\":[]}\n", again.Output);
        using var labelled = await Against(job);
        Assert.Equal(0, await labelled.Run("jobs", "--label", "team=vision", "--json"));
        Assert.Contains("\"job\": \"toy-2\"", labelled.Output);
        Assert.DoesNotContain("\"job\": \"toy-1\"", labelled.Output);
        using var follow = await Against(job);
        Assert.Equal(ExitCodes.ObjectiveMet, await follow.Run("follow", "toy-1"));
        Assert.Contains("Reached accuracy 0.9", follow.Output);
    }

    [Fact]
    public async Task The_exit_code_of_a_submission_that_is_followed_is_the_jobs()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        using var run = await Against(job);
        var following = run.Run("submit", run.JobFile(), "--follow");
        var id = new JobId("toy-2");
        JobSummary? stored;
        while ((stored = await job.Jobs.Find(id)) is null) await Task.Delay(10, Cancelled);
        var ended = new JobEnded(JobPhase.Cancelled, new Outcome { ObjectiveMet = false, Summary = "Cancelled." });
        await job.Jobs.Append(id, 1, [new JobEvent(2, stored.SubmittedAt, 1, ended)], stored with { Phase = JobPhase.Cancelled });
        Assert.Equal(ExitCodes.Cancelled, await following);
        Assert.Contains("Cancelled.", run.Output);
    }

    [Fact]
    public async Task What_is_wrong_with_a_job_is_told_as_by_a_store()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var run = await Against(job);
        var file = run.JobFile("workload: toy-mlp\nobjective: { fastest_to: 90 }\nepochs: -1\n");
        foreach (var command in (string[])["submit", "preview"]) Assert.Equal(ExitCodes.BadInput, await run.Run(command, file));
        Assert.Contains($"{file}:2: objective.fastest_to is '90'", run.Error);
        Assert.Contains($"{file}:3: epochs is '-1'", run.Error);
    }

    [Fact]
    public async Task A_preview_of_a_server_is_that_of_a_store()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var ofServer = await Against(job);
        Assert.Equal(0, await ofServer.Run("preview", ofServer.JobFile()));
        using var ofStore = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(0, await ofStore.Run("preview", ofStore.JobFile(), "--store", job.Paths.Root));
        Assert.Equal(ofStore.Output, ofServer.Output);
    }

    [Fact]
    public async Task Requests_are_asked_of_the_server()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        foreach (var arguments in (string[][])[["pause"], ["resume"], ["cancel"], ["stop", "sgd-b64"], ["commit", "t01"]])
        {
            using var run = await Against(job);
            Assert.Equal(0, await run.Run([arguments[0], "toy-1", .. arguments[1..]]));
        }
        Assert.Equal(
            [
                JobRequest.Pause(), JobRequest.Resume(), JobRequest.Cancel(), JobRequest.StopTrial(new("t02")),
                JobRequest.CommitTo(new("t01")),
            ],
            job.Requests.Select(r => r.Request));
        using var refused = await Against(job);
        Assert.Equal(ExitCodes.BadInput, await refused.Run("delete", "toy-1"));
        Assert.Contains("phase Probing", refused.Error);
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked_on_a_server_and_in_a_store()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var create = await Against(job);
        Assert.Equal(0, await create.Run("keys", "create", "--name", "ann", "--role", "submitter", "--project", "vision"));
        Assert.Matches("^autoselect_[0-9a-f]{64}\n$", create.Output);
        using var list = new CommandRun();
        Assert.Equal(0, await list.Run("keys", "list", "--store", job.Paths.Root));
        Assert.Contains("ann   submitter  vision", list.Output);
        var id = list.Output.Split('\n')[1].Split(' ')[0];
        using var theirs = await Against(job);
        theirs.Variables[ServerLocation.KeyVariable] = create.Output.Trim();
        Assert.Equal(ExitCodes.BadInput, await theirs.Run("keys", "list"));
        Assert.Contains("needs role Operator", theirs.Error);
        using var revoke = await Against(job);
        Assert.Equal(0, await revoke.Run("keys", "revoke", id));
        using var late = await Against(job);
        late.Variables[ServerLocation.KeyVariable] = create.Output.Trim();
        Assert.Equal(ExitCodes.BadInput, await late.Run("jobs"));
        Assert.Contains("no key that is good", late.Error);
    }

    [Fact]
    public async Task Limits_of_projects_are_set_one_by_one_and_listed()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var limit = await Against(job);
        Assert.Equal(0, await limit.Run("projects", "limit", "vision", "--running", "4", "--device-hours", "1.5", "--weight", "2"));
        Assert.Equal("Project vision: at most 4 jobs running, any number of waiting ones, any number of devices, "
            + "at most 1.5 device-hours in 168 h, weight 2.\n", limit.Output);
        using var user = await Against(job);
        Assert.Equal(0, await user.Run("projects", "limit", "vision", "--user", "ann", "--devices", "3"));
        using var list = await Against(job);
        Assert.Equal(0, await list.Run("projects", "list"));
        Assert.Contains("0 of 4", list.Output);
        Assert.Contains("0 of 1.5", list.Output);
        using var lifted = await Against(job);
        Assert.Equal(0, await lifted.Run("projects", "limit", "vision", "--running", "none"));
        Assert.StartsWith("Project vision: any number of jobs running", lifted.Output, StringComparison.Ordinal);
        Assert.Contains("weight 2", lifted.Output);
        using var json = await Against(job);
        Assert.Equal(0, await json.Run("projects", "list", "--json"));
        Assert.Contains("\"ann\"", json.Output);
    }

    [Theory]
    [InlineData("--devices is 'x': it must be a whole number or none.", "--devices", "x")]
    [InlineData("--weight is 'x': it must be a number or none.", "--weight", "x")]
    [InlineData("whole.weight is 0: it must be from 0.01 to 100", "--weight", "0")]
    [InlineData("--user and --each-user: give one of them.", "--user", "ann", "--each-user")]
    public async Task A_limit_that_breaks_its_rule_is_refused_with_the_value(string error, params string[] options)
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        using var run = await Against(job);
        Assert.Equal(ExitCodes.BadInput, await run.Run(["projects", "limit", "vision", .. options]));
        Assert.Contains(error, run.Error);
    }

    [Fact]
    public async Task Logs_are_those_of_the_store_also_where_nobody_serves_it()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        Directory.CreateDirectory(job.Paths.Logs);
        const string Head = "2026-11-29 11:22:01.123 Information JobGrain: ";
        await File.WriteAllTextAsync(
            Path.Combine(job.Paths.Logs, "control.log"), $"{Head}Job toy-1 is attended to\n{Head}Job toy-12 too\n", Cancelled);
        using var ofStore = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(0, await ofStore.Run("logs", "toy-1", "--store", job.Paths.Root));
        using var ofServer = await Against(job);
        Assert.Equal(0, await ofServer.Run("logs", "toy-1", "-f"));
        Assert.Equal($"{Head}Job toy-1 is attended to\n", ofStore.Output);
        Assert.Equal(ofStore.Output, ofServer.Output);
    }

    [Theory]
    [InlineData("nonsense", "x", "it must be an address")]
    [InlineData("http://jobs.example", "x", "it must be https")]
    [InlineData("https://jobs.example", "", "There is no key for https://jobs.example/")]
    public async Task A_server_needs_an_address_and_a_key(string server, string key, string rule)
    {
        using var run = new CommandRun();
        run.Variables[ServerLocation.KeyVariable] = key;
        Assert.Equal(ExitCodes.BadInput, await run.Run("jobs", "--server", server));
        Assert.Contains(rule, run.Error);
    }

    [Fact]
    public async Task A_key_file_is_its_owners_alone()
    {
        using var run = new CommandRun();
        var file = run.Folder["key"];
        await File.WriteAllTextAsync(file, "secret\n", Cancelled);
        run.Variables[ServerLocation.KeyFileVariable] = file;
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal(ExitCodes.BadInput, await run.Run("jobs", "--server", "https://127.0.0.1:1"));
        Assert.Contains("chmod 600", run.Error);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Assert.Equal(ExitCodes.Environment, await run.Run("jobs", "--server", "https://127.0.0.1:1"));
        Assert.Contains("The server cannot be reached: ", run.Error);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("workloads")]
    public async Task What_only_a_store_can_do_refuses_a_server(string command)
    {
        using var run = new CommandRun();
        string[] arguments = command == "run" ? [command, run.JobFile()] : [command];
        Assert.Equal(ExitCodes.BadInput, await run.Run([.. arguments, "--server", "https://jobs.example"]));
        Assert.Contains($"{command} works on a store of this machine", run.Error);
    }

    /// <summary>A command that is told of a server by its surroundings.</summary>
    internal static async Task<CommandRun> Against(StoredJob job)
    {
        if (ApiFile.Read(job.Paths.Api) is null) await job.Serve();
        var file = ApiFile.Read(job.Paths.Api)!;
        var run = new CommandRun();
        run.Variables[ServerLocation.Variable] = $"http://127.0.0.1:{file.Port}";
        run.Variables[ServerLocation.KeyVariable] = file.Token;
        return run;
    }
}
