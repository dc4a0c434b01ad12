using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Exports.Mlflow;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Exports;

/// <summary>The export to MLflow against a stand-in that does what MLflow's documentation says; no real server could be had.</summary>
public sealed class MlflowStandInTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_a_run_with_a_run_below_it_for_each_trial_and_every_point_is_there()
    {
        await using var mlflow = await MlflowStandIn.Start();
        var story = SampleJob.Completed;
        var sent = await Send(mlflow, story);
        Assert.Equal(["AutoSelect"], mlflow.Experiments);
        var job = mlflow.Runs[0];
        Assert.Equal((sent.Run, "toy", "FINISHED"), (job.Id, job.Name, job.Status));
        Assert.Equal(story.Record.StartedAt.ToUnixTimeMilliseconds(), job.Started);
        Assert.Equal("nadamw-b64", job.Tags["autoselect.winner"]);
        Assert.Equal("toy-mlp", job.Parameters["workload"]);
        Assert.Contains(job.Metrics, m => m.Key == "probe_seconds" && m.Value == story.Record.ProbeSeconds);
        foreach (var trial in story.Record.Trials)
        {
            var run = mlflow.Runs.Single(r => r.Tags.GetValueOrDefault("autoselect.trial") == trial.Id.Value);
            Assert.Equal((trial.Candidate.Name, job.Id), (run.Name, run.Tags["mlflow.parentRunId"]));
            Assert.Equal(trial.Candidate.Strategy, run.Parameters["strategy"]);
            Assert.Equal(
                trial.Curve.Select(p => (p.Step, p.Value)), run.Metrics.Where(m => m.Key == "accuracy").Select(m => (m.Step, m.Value)));
            Assert.NotNull(run.Ended);
        }
        Assert.Equal(sent.Values, mlflow.Runs.Sum(r => r.Metrics.Count));
        Assert.Equal(sent.Runs, mlflow.Runs.Count);
    }

    [Fact]
    public async Task Sent_again_a_job_adds_what_is_new_and_nothing_twice()
    {
        await using var mlflow = await MlflowStandIn.Start();
        await Send(mlflow, SampleJob.Probed);
        Assert.Equal("RUNNING", mlflow.Runs[0].Status);
        await Send(mlflow, SampleJob.Completed);
        var again = await Send(mlflow, SampleJob.Completed);
        Assert.Equal(0, again.Values);
        await using var once = await MlflowStandIn.Start();
        await Send(once, SampleJob.Completed);
        Assert.Equal(once.Runs.Select(r => r.Name), mlflow.Runs.Select(r => r.Name));
        for (var i = 1; i < once.Runs.Count; i++) Assert.Equal(once.Runs[i].Metrics, mlflow.Runs[i].Metrics);
        Assert.Equal(once.Runs.Select(r => r.Status), mlflow.Runs.Select(r => r.Status));
    }

    [Fact]
    public async Task Wherever_the_connection_breaks_the_next_try_makes_good()
    {
        await using var once = await MlflowStandIn.Start();
        await Send(once, SampleJob.Completed);
        for (var request = 1; request < once.Requests.Count; request++)
        {
            await using var mlflow = await MlflowStandIn.Start();
            mlflow.BreaksAfter = request;
            // What changes nothing is asked once more without a word.
            var broken = await Record.ExceptionAsync(() => Send(mlflow, SampleJob.Completed));
            if (broken is null) Assert.StartsWith("experiments/get-by-name", mlflow.Requests[request - 1]);
            else Assert.IsType<MlflowException>(broken);
            await Send(mlflow, SampleJob.Completed);
            Assert.Equal(once.Runs.Count, mlflow.Runs.Count);
            // What was not noted has come twice, with the same step, time and value, which is one value to MLflow.
            for (var i = 0; i < once.Runs.Count; i++) Assert.Equal(once.Runs[i].Metrics, mlflow.Runs[i].Metrics.Distinct());
            for (var i = 0; i < once.Runs.Count; i++) Assert.Equal(once.Runs[i].Parameters, mlflow.Runs[i].Parameters);
            Assert.Equal(once.Runs.Select(r => r.Status), mlflow.Runs.Select(r => r.Status));
        }
    }

    [Fact]
    public async Task Many_values_go_in_batches_and_only_finite_ones()
    {
        await using var mlflow = await MlflowStandIn.Start();
        var trial = SampleJob.Completed.Record.Trials[0];
        var points = Enumerable.Range(1, 1500).Select(i => trial.Curve[0] with { Step = i, Value = i == 7 ? double.NaN : i }).ToArray();
        var job = SampleJob.Completed.Record with
        {
            Trials = [trial with { Curve = [.. points] }],
            Commits = [],
            Rungs = [],
        };
        await Send(mlflow, [new JobEvent(1, job.StartedAt, 0, new JobImported(job))]);
        Assert.Equal(1499, mlflow.Runs[1].Metrics.Count(m => m.Key == "accuracy"));
    }

    [Fact]
    public async Task Markup_in_names_and_reasons_stays_text()
    {
        await using var mlflow = await MlflowStandIn.Start();
        const string markup = "<img src=x onerror=alert(1)> **bold**";
        var job = JobRecords.Typical();
        job = job with
        {
            Trials = job.Trials.SetItem(0, job.Trials[0] with { Reason = markup }),
            Spec = job.Spec with
            {
                Objective = job.Spec.Objective with { Metric = markup },
                Labels = job.Spec.Labels.Add(markup, markup),
            },
        };
        await Send(mlflow, [new JobEvent(1, job.StartedAt, 0, new JobImported(job))]);
        // MLflow's pages show tags as text, but for mlflow.note.content, which they take for Markdown.
        Assert.DoesNotContain(mlflow.Runs, r => r.Tags.ContainsKey("mlflow.note.content"));
        Assert.Contains(mlflow.Runs, r => r.Tags.GetValueOrDefault("autoselect.reason") == markup);
        Assert.All(mlflow.Runs.SelectMany(r => r.Metrics.Select(m => m.Key).Concat(r.Tags.Keys)), k => Assert.DoesNotContain('<', k));
    }

    [Fact]
    public async Task What_lets_in_is_sent_and_a_refusal_told_without_it()
    {
        await using var mlflow = await MlflowStandIn.Start("Bearer secret-token");
        using (var run = new CommandRun { Control = new FakeControl { Stored = [SampleJob.Completed] } })
        {
            run.Variables[MlflowAddress.Token] = "secret-token";
            Assert.Equal(0, await run.Run("export", "toy", "--mlflow", mlflow.Address, "--mlflow-experiment", "mine"));
            Assert.StartsWith("3 runs with ", run.Output);
            Assert.Equal(["mine"], mlflow.Experiments);
        }
        using (var run = new CommandRun { Control = new FakeControl { Stored = [SampleJob.Completed] } })
        {
            run.Variables[MlflowAddress.Token] = "wrong-token";
            Assert.Equal(ExitCodes.Environment, await run.Run("export", "toy", "--mlflow", mlflow.Address));
            Assert.Equal(
                $"{mlflow.Address}/ refuses experiments/get-by-name: 401 UNAUTHENTICATED: You are not authenticated.\n", run.Error);
        }
    }

    [Theory]
    [InlineData("mlflow.example", "it must be http:// or https:// and a host")]
    [InlineData("https://ann:secret@mlflow.example", "and no password")]
    [InlineData("http://mlflow.example", "it must be https, or loopback")]
    public async Task A_bad_address_is_refused_with_its_rule(string address, string rule)
    {
        using var run = new CommandRun { Control = new FakeControl { Stored = [SampleJob.Completed] } };
        run.Variables[MlflowAddress.Token] = "secret-token";
        Assert.Equal(ExitCodes.BadInput, await run.Run("export", "toy", "--mlflow", address));
        Assert.Contains(rule, run.Error);
        Assert.DoesNotContain("secret-token", run.Error);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_is_another_is_told()
    {
        await using var mlflow = await MlflowStandIn.Start();
        using var run = new CommandRun { Control = new FakeControl { Stored = [SampleJob.Completed] } };
        Assert.Equal(ExitCodes.Environment, await run.Run("export", "toy", "--mlflow", mlflow.Address + "/elsewhere"));
        Assert.Contains("is it MLflow?", run.Error);
        Assert.Equal(ExitCodes.Environment, await run.Run("export", "toy", "--mlflow", "http://127.0.0.1:1"));
        Assert.Contains("http://127.0.0.1:1/ cannot be reached", run.Error);
    }

    [Fact]
    public async Task The_command_writes_event_files()
    {
        using var run = new CommandRun { Control = new FakeControl { Stored = [SampleJob.Completed] } };
        Assert.Equal(0, await run.Run("export", "toy", "--tensorboard", run.Folder.Path));
        Assert.Contains($"tensorboard --logdir {run.Folder["toy"]}\n", run.Output);
        Assert.Equal(2, Directory.GetFiles(run.Folder["toy"], "events.out.tfevents.*", SearchOption.AllDirectories).Length);
        Assert.Equal(ExitCodes.BadInput, await run.Run("export", "toy", "--tensorboard", run.Folder.Path, "--out", "x"));
        Assert.Contains("--tensorboard and --mlflow name a place", run.Error);
    }

    private static Task<SentRuns> Send(MlflowStandIn mlflow, SampleStory story) => Send(mlflow, [.. story.Events]);

    private static async Task<SentRuns> Send(MlflowStandIn mlflow, IReadOnlyList<JobEvent> events)
    {
        using var client = new MlflowClient(MlflowAddress.Parse(mlflow.Address, _ => null));
        return await MlflowExport.Send(client, "AutoSelect", events, Ct);
    }
}
