using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Api;
using AutoSelect.Storage;

namespace AutoSelect.Host.Tests;

/// <summary>Commands about a job that another process runs, or that nobody does.</summary>
public sealed class JobCommandTests
{
    [Fact]
    public async Task A_job_that_nobody_runs_is_told_as_far_as_it_is_stored()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(ExitCodes.Environment, await run.Run("follow", "toy-1", "--store", job.Paths.Root));
        Assert.Contains("Nobody runs job 'toy-1': no process has its store open; autoselect resume toy-1 goes on with it.", run.Error);
        Assert.Contains("t01 nadamw-b64 epoch 1.00: accuracy 0.8200", run.Output);
    }

    [Fact]
    public async Task The_exit_code_of_following_is_the_jobs()
    {
        await using var job = await StoredJob.Create(SampleJob.Missed);
        using var run = new CommandRun { Archive = new JobArchive() };
        var since = $"{SampleJob.Arrived.Events.Length}";
        Assert.Equal(ExitCodes.ObjectiveMissed, await run.Run("follow", "toy-1", "--store", job.Paths.Root, "--json", "--since", since));
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement);
        Assert.Equal(["outcome", "summary"], lines.Select(l => l.GetProperty("event").GetString()));
    }

    [Fact]
    public async Task A_running_job_is_followed_to_its_end()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        var archive = new AwaitedArchive();
        using var run = new CommandRun { Archive = archive };
        var following = run.Run("follow", "toy-1", "--store", job.Paths.Root);
        await archive.Follows.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await job.GoOn(SampleJob.Completed);
        Assert.Equal(ExitCodes.ObjectiveMet, await following);
        Assert.Equal("", run.Error);
        Assert.Contains("committed to t01 nadamw-b64: the regret is below the cost", run.Output);
        Assert.Contains("\nReached accuracy 0.9 after 30.5 s, with nadamw-b64, the baseline: ", run.Output);
    }

    [Fact]
    public async Task What_the_process_stored_before_it_went_away_is_told_too()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        using var run = new CommandRun { Archive = new JobArchive() };
        var following = run.Run("follow", "toy-1", "--store", job.Paths.Root);
        await job.StopServing();
        await job.GoOn(SampleJob.Paused);
        Assert.Contains(await following, new[] { ExitCodes.Interrupted, ExitCodes.Environment });
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("stop", "t02")]
    [InlineData("commit", "sgd-b64")]
    public async Task Nothing_can_be_asked_of_a_job_that_nobody_runs(string command, params string[] arguments)
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(ExitCodes.BadInput, await run.Run([command, "toy-1", .. arguments, "--store", job.Paths.Root]));
        Assert.Contains("Job 'toy-1' does not run: no process has its store open", run.Error);
    }

    [Fact]
    public async Task Requests_go_to_the_process_that_has_the_store_open()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        await job.Serve();
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(0, await run.Run("pause", "toy-1", "--store", job.Paths.Root));
        Assert.Equal(0, await run.Run("stop", "toy-1", "sgd-b64", "--store", job.Paths.Root));
        Assert.Equal(0, await run.Run("commit", "toy-1", "t01", "--store", job.Paths.Root));
        Assert.Equal(0, await run.Run("cancel", "toy-1", "--store", job.Paths.Root, "--json"));
        Assert.Equal(
            [JobRequest.Pause(), JobRequest.StopTrial(new TrialId("t02")), JobRequest.CommitTo(new TrialId("t01")), JobRequest.Cancel()],
            job.Requests.Select(r => r.Request));
        Assert.StartsWith("Job 'toy-1': asked to pause.\nJob 'toy-1': asked to stop t02.\n", run.Output);
        job.Refusal = new InvalidOperationException("The job has ended.");
        Assert.Equal(ExitCodes.BadInput, await run.Run("pause", "toy-1", "--store", job.Paths.Root));
        Assert.Equal("The job has ended.\n", run.Error);
        Assert.Equal(ExitCodes.BadInput, await run.Run("stop", "toy-1", "t03", "--store", job.Paths.Root));
        Assert.Contains("Job 'toy-1' has no trial 't03'.", run.Error);
    }

    [Fact]
    public async Task A_job_that_nobody_runs_is_cancelled_in_its_store()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        var checkpoints = Directory.CreateDirectory(Path.Combine(job.Paths.Jobs, "toy-1", "checkpoints", "t01")).FullName;
        await job.Close();
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(0, await run.Run("cancel", "toy-1", "--store", job.Paths.Root));
        var record = await job.Record();
        Assert.Equal((JobPhase.Cancelled, SampleJob.Probed.Events.Length + 2), (record.Phase, record.Version));
        Assert.False(Directory.Exists(checkpoints));
        Assert.True(File.Exists(Path.Combine(record.Folder, "report.html")));
        Assert.Equal(ExitCodes.BadInput, await run.Run("cancel", "toy-1", "--store", job.Paths.Root));
        Assert.Contains("Job 'toy-1' has ended", run.Error);
        Assert.Equal(ExitCodes.Cancelled, await run.Run("follow", "toy-1", "--store", job.Paths.Root));
    }

    [Fact]
    public async Task A_job_that_has_ended_is_deleted_from_its_store()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        await job.Close();
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(0, await run.Run("delete", "toy-1", "--store", job.Paths.Root));
        Assert.False(Directory.Exists(Path.Combine(job.Paths.Jobs, "toy-1")));
        Assert.Empty(await new JobArchive().List(job.Paths.Root));
        Assert.Equal(ExitCodes.BadInput, await run.Run("delete", "toy-1", "--store", job.Paths.Root));
    }

    [Fact]
    public async Task A_job_that_has_not_ended_is_not_deleted()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        await job.Close();
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(ExitCodes.BadInput, await run.Run("delete", "toy-1", "--store", job.Paths.Root));
        Assert.Contains("only a job that has ended or is paused can be deleted", run.Error);
        Assert.True(Directory.Exists(Path.Combine(job.Paths.Jobs, "toy-1")));
    }

    [Fact]
    public async Task A_store_that_is_in_use_is_not_changed_behind_its_process()
    {
        await using var job = await StoredJob.Create(SampleJob.Probed);
        using var locked = new StoreLock(job.Paths);
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(ExitCodes.Environment, await run.Run("cancel", "toy-1", "--store", job.Paths.Root));
        Assert.Contains("in use by another autoselect process", run.Error);
    }

    [Fact]
    public async Task Decisions_that_come_out_otherwise_end_with_3_and_a_history_that_is_gone_with_4()
    {
        var basis = new DecisionBasis { Event = 1, Clock = 0, Devices = 2, Policy = "insured", PolicyVersion = -1 };
        await using var other = await StoredJob.Create(Decided(basis));
        using var run = new CommandRun { Archive = new JobArchive() };
        Assert.Equal(ExitCodes.JobFailed, await run.Run("replay", "toy-1", "--verify", "--store", other.Paths.Root));
        Assert.Contains("rung 0, event 2: differs: policy insured is at version ", run.Output);
        Assert.Contains("0 of 1 decisions of job 'toy-1'", run.Output);
        var hash = new string('a', 64);
        await using var gone = await StoredJob.Create(Decided(basis with
        {
            History = hash,
            EvidenceVersion = Jobs.Decisions.Evidence.Version,
            PolicyVersion = Selection.Policies.PolicyCatalogue.Get("insured").Version,
        }));
        Assert.Equal(ExitCodes.Environment, await run.Run("replay", "toy-1", "--verify", "--store", gone.Paths.Root, "--json"));
        Assert.Contains($"learned from the history {hash}", run.Error);
    }

    private static SampleStory Decided(DecisionBasis basis)
    {
        var decided = (JobDecided)SampleJob.Started.Events[1].Change;
        return SampleJob.Submitted.Then(0.5, decided with { Rung = decided.Rung with { Basis = basis } });
    }

    /// <summary>A store that tells when a command has begun to follow a job of it.</summary>
    private sealed class AwaitedArchive : IJobArchive
    {
        private readonly JobArchive inner = new();
        private readonly TaskCompletionSource follows = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes once events are asked for: who runs the job was found out before.</summary>
        public Task Follows => follows.Task;

        public Task<IReadOnlyList<JobSummary>> List(string store) => inner.List(store);

        public Task<JobPage> Page(string store, JobQuery query) => inner.Page(store, query);

        public Task<JobRecord?> Find(string store, JobId id) => inner.Find(store, id);

        public Task<IReadOnlyList<JobEvent>> Events(string store, JobId id, long since = 0)
        {
            follows.TrySetResult();
            return inner.Events(store, id, since);
        }

        public Task<IReadOnlyList<JobRecord>> Earlier(string store) => inner.Earlier(store);
    }
}
