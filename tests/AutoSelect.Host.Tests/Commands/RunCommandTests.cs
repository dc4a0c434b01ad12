using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Tests;

public class RunCommandTests
{
    [Fact]
    public async Task A_job_that_meets_its_objective_ends_with_0_and_leaves_its_documents()
    {
        using var run = Playing(SampleJob.Started, SampleJob.Completed);
        Assert.Equal(ExitCodes.ObjectiveMet, await run.Run("run", run.JobFile(), "--store", run.Folder.Path));
        var folder = Path.Combine(run.Folder.Path, "jobs", "toy");
        Assert.StartsWith("<!doctype html>", File.ReadAllText(Path.Combine(folder, "report.html")), StringComparison.OrdinalIgnoreCase);
        var record = JsonSerializer.Deserialize<JobRecord>(File.ReadAllText(Path.Combine(folder, "record.json")), RecordJson.Options)!;
        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Contains("  report        " + folder, run.Output);
        Assert.Equal("toy data (20 B)\n", run.Error);
        Assert.Equal(new ControlOptions(run.Folder.Path, 2), run.Control.Opened);
        Assert.True(run.Control.IsDisposed);
    }

    [Fact]
    public async Task Checkpoints_go_where_they_are_told_to()
    {
        using var run = Playing(SampleJob.Completed);
        await run.Run("run", run.JobFile(), "--checkpoints", "s3://models/jobs/?region=eu-1");
        Assert.Equal("s3://models/jobs?region=eu-1", run.Control.Opened!.Checkpoints);
    }

    [Theory]
    [InlineData("s3://Models", "bucket 'Models' must be 3 to 63")]
    [InlineData("s3://key:topsecret@models", "holds credentials")]
    [InlineData("ftp://models", "it must be an absolute path, file:///path or s3://")]
    public async Task A_place_for_checkpoints_that_is_none_is_refused_with_the_rule(string place, string rule)
    {
        using var run = Playing(SampleJob.Completed);
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", run.JobFile(), "--checkpoints", place));
        Assert.Contains(rule, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", run.Error, StringComparison.Ordinal);
        Assert.Null(run.Control.Opened);
    }

    [Fact]
    public async Task The_job_file_becomes_the_submitted_job()
    {
        using var run = Playing(SampleJob.Completed);
        await run.Run("run", run.JobFile(), "--name", "other", "--exhaustive");
        var spec = run.Control.Submitted!;
        Assert.Equal("other", spec.Name);
        Assert.Equal("exhaustive", spec.Policy);
        Assert.Equal(["nadamw-b64", "sgd-b64"], spec.Candidates.Select(c => c.Name));
        Assert.Equal("nadamw-b64", spec.Baseline);
        Assert.Equal(6400, spec.TrainingExamples);
        Assert.Equal(new Objective { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = 0.9 },
            spec.Objective);
        Assert.Equal("toy-mlp", Assert.Single(run.Control.Inspected)!.Name);
    }

    [Fact]
    public async Task A_job_that_misses_its_objective_ends_with_1()
    {
        using var run = Playing(SampleJob.Missed);
        Assert.Equal(ExitCodes.ObjectiveMissed, await run.Run("run", run.JobFile()));
    }

    [Fact]
    public async Task A_job_whose_candidates_all_fail_ends_with_3()
    {
        using var run = Playing(SampleJob.Failed);
        Assert.Equal(ExitCodes.JobFailed, await run.Run("run", run.JobFile()));
        Assert.Contains("All 2 candidates failed.", run.Output);
    }

    [Fact]
    public async Task A_bad_job_file_ends_with_2_and_all_its_errors_before_anything_is_opened()
    {
        using var run = Playing();
        var file = run.JobFile("workload: toy-mlp\nobjective: { fastest_to: x }\nepochs: 5\ncandidates: [sdg]");
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", file));
        Assert.Equal(
            $"toy data (20 B)\n{file}:2: objective.fastest_to is 'x': it must be a finite number in the unit of the workload's metric.\n"
            + $"{file}:4: candidates[0] is 'sdg': no such strategy. Did you mean 'sgd'?\n", run.Error);
        Assert.Null(run.Control.Opened);
        Assert.Equal("toy-mlp", Assert.Single(run.Control.Inspected)!.Name);
    }

    [Fact]
    public async Task A_batch_larger_than_the_data_is_told_with_its_line()
    {
        using var run = Playing();
        var file = run.JobFile(
            "workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: 5\ncandidates:\n  - nadamw\n  - strategy: sgd\n    batchSizes: [6401]");
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", file));
        Assert.Contains($"\n{file}:7: candidates[1].batchSizes[0] is '6401': ", run.Error);
        Assert.Contains("6400", run.Error);
    }

    [Fact]
    public async Task Ranks_and_communication_become_candidates_and_devices()
    {
        using var run = Playing(SampleJob.Completed);
        await run.Run("run", run.JobFile(
            "workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: 5\nbatchSizes: 64\ncommunication: [fp32, fp16]\ncandidates:\n  - "
            + "nadamw\n  - strategy: sgd\n    ranks: [1, 4]\nranks: 2\nprobe: { devices: 4 }\ncommit: { devices: 8 }"));
        var spec = run.Control.Submitted!;
        Assert.Equal(["nadamw-b64-r2-fp32", "nadamw-b64-r2-fp16", "sgd-b64", "sgd-b64-r4-fp32", "sgd-b64-r4-fp16"],
            spec.Candidates.Select(c => c.Name));
        Assert.Equal(["4 ranks fp16"], spec.Candidates[4].Axes());
        Assert.Equal(8, spec.Commit.Devices);
        Assert.Equal(8, run.Control.Opened!.Devices);
    }

    [Theory]
    [InlineData("candidates: [{ strategy: sgd, ranks: 3 }]", 4, "ranks is '3': it must divide the batch size, 64")]
    [InlineData(
        "candidates: [{ strategy: sgd, communication: fp16 }]", 4,
        "communication is 'fp16': one rank has nobody to communicate with; set ranks to at least 2")]
    [InlineData(
        "candidates: [{ strategy: sgd, ranks: 2, communication: async-predicted, modifiers: { sam: .05 } }]",
        4, "communication is 'async-predicted': sam takes gradients around the weights of the update")]
    [InlineData("candidates: [{ strategy: sgd, ranks: 2, communication: none }]", 4, "communication is 'none': 2 ranks need one of fp32")]
    [InlineData(
        "candidates: [{ strategy: sgd, ranks: 4 }]\nprobe: { devices: 2 }", 5,
        "probe.devices is '2': sgd-b64-r4-fp32 trains on 4 ranks, each on a device of its own; it must be at least 4")]
    public async Task Ranks_that_cannot_be_are_told_with_their_line(string text, int line, string error)
    {
        using var run = Playing();
        var file = run.JobFile($"workload: toy-mlp\nobjective: {{ best_by: 5m }}\nepochs: 5\n{text}\nbatchSizes: 64");
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", file));
        Assert.Contains($"{file}:{line}: ", run.Error);
        Assert.Contains(error, run.Error);
    }

    [Fact]
    public async Task An_unknown_baseline_is_told_with_its_line()
    {
        using var run = Playing();
        var file = run.JobFile("workload: toy-mlp\nobjective: { best_by: 5m }\nepochs: 5\nbatchSizes: 64\nbaseline: sgd-b65");
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", file));
        Assert.Contains(
            ":5: baseline is 'sgd-b65': it must be a candidate or a strategy among the candidates. Did you mean 'sgd-b64'?", run.Error);
    }

    [Fact]
    public async Task What_only_the_workload_can_refuse_is_told_with_the_line_of_the_workload()
    {
        var control = new FakeControl
        {
            Inspecting = w => w is null ? Sample.Inspection
                : throw new WorkloadRefusedException("Option 'hidden' is '0': it must be an integer of at least 1."),
        };
        using var run = new CommandRun { Control = control };
        var file = run.JobFile("epochs: 5\nobjective: { best_by: 5m }\nworkload: { name: toy-mlp, options: { hidden: 0 } }");
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", file));
        Assert.EndsWith($"\n{file}:3: Option 'hidden' is '0': it must be an integer of at least 1.\n", run.Error);
    }

    [Fact]
    public async Task What_the_workload_warns_of_is_told_and_the_job_runs()
    {
        var warned = Sample.Inspection with
        {
            Workload = Sample.Inspection.Workload! with
            {
                Warnings = [
            new WorkloadWarning("Option 'hidden' is '1': the model is thin.", "hidden")]
            }
        };
        using var run = new CommandRun { Control = new FakeControl { Inspecting = _ => warned, Stories = [SampleJob.Completed] } };
        run.Control.Stories[0] = run.At(run.Control.Stories[0]);
        var file = run.JobFile("workload:\n  name: toy-mlp\n  options: { hidden: 1 }\nobjective: { fastest_to: 0.9 }\nepochs: 5");
        Assert.Equal(ExitCodes.ObjectiveMet, await run.Run("run", file));
        Assert.EndsWith($"{file}:3: warning: Option 'hidden' is '1': the model is thin.\n", run.Error);
    }

    [Fact]
    public async Task A_missing_job_file_ends_with_2()
    {
        using var run = Playing();
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", "none.yaml"));
        Assert.Equal("none.yaml: no such file.\n", run.Error);
    }

    [Fact]
    public async Task A_bad_name_ends_with_2()
    {
        using var run = Playing();
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", run.JobFile(), "--name", "No Good"));
        Assert.Contains("--name is 'No Good'", run.Error);
    }

    [Fact]
    public async Task An_environment_that_lacks_something_ends_with_4_and_no_stack_trace()
    {
        using var run = new CommandRun
        {
            Control = new FakeControl
            {
                OpenFault = new EnvironmentFaultException("The store is read-only.")
            }
        };
        Assert.Equal(ExitCodes.Environment, await run.Run("run", run.JobFile()));
        Assert.EndsWith("The store is read-only.\n", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task Errors_of_the_file_are_told_even_where_the_catalogue_cannot_be_had()
    {
        using var run = new CommandRun
        {
            Control = new FakeControl { Inspecting = _ => throw new InspectionFailedException("No device process.") },
        };
        Assert.Equal(ExitCodes.BadInput, await run.Run("run", run.JobFile("workload: toy-mlp\nobjective: { best_by: 5m }")));
        Assert.Contains("'epochs' is missing", run.Error);
    }

    [Fact]
    public async Task An_unexpected_error_ends_with_3_and_shows_its_trace_only_when_debugging()
    {
        using var run = new CommandRun { Control = new FakeControl { OpenFault = new InvalidOperationException("Odd.") } };
        Assert.Equal(ExitCodes.JobFailed, await run.Run("run", run.JobFile()));
        Assert.Contains("Unexpected InvalidOperationException: Odd. Set AUTOSELECT_DEBUG=1", run.Error);
        run.Variables["AUTOSELECT_DEBUG"] = "1";
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.Run("run", run.JobFile()));
    }

    [Fact]
    public async Task Ctrl_C_pauses_the_job_and_says_how_to_go_on()
    {
        CommandRun? run = null;
        var control = new FakeControl { Stories = [SampleJob.Started], EndsByItself = false, AfterLast = () => run!.Interruption.Press() };
        run = new CommandRun { Control = control };
        using (run)
        {
            run.Variables["AUTOSELECT_STORE"] = "/elsewhere";
            Assert.Equal(ExitCodes.Interrupted, await run.Run("run", run.JobFile()));
            Assert.EndsWith("  go on with    autoselect resume toy\n", run.Output);
            Assert.Equal("/elsewhere", control.Opened!.StoreDirectory);
            Assert.True(control.IsDisposed);
        }
    }

    [Fact]
    public async Task The_way_to_go_on_names_a_store_that_is_not_the_default()
    {
        CommandRun? run = null;
        run = new CommandRun
        {
            Control = new FakeControl { Stories = [SampleJob.Started], EndsByItself = false, AfterLast = () => run!.Interruption.Press() },
        };
        using (run)
        {
            await run.Run("run", run.JobFile(), "--store", run.Folder.Path);
            Assert.EndsWith($"  go on with    autoselect resume toy --store {run.Folder.Path}\n", run.Output);
        }
    }

    [Fact]
    public async Task A_job_that_ends_while_it_is_being_paused_has_ended()
    {
        CommandRun? run = null;
        run = new CommandRun
        {
            Control = new FakeControl
            {
                Stories = [SampleJob.Started],
                EndsByItself = false,
                AfterLast = () => run!.Interruption.Press(),
                Pausing = () => run!.At(SampleJob.Completed),
            },
        };
        using (run) Assert.Equal(ExitCodes.ObjectiveMet, await run.Run("run", run.JobFile()));
    }

    [Fact]
    public async Task A_watch_that_breaks_off_ends_with_4()
    {
        using var run = Playing(SampleJob.Started);
        Assert.Equal(ExitCodes.Environment, await run.Run("run", run.JobFile()));
        Assert.Contains("The job has not ended", run.Output);
    }

    [Fact]
    public async Task With_json_every_line_of_output_parses()
    {
        using var run = Playing(SampleJob.Started, SampleJob.Committed, SampleJob.Completed);
        await run.Run("run", run.JobFile(), "--json");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal("summary", lines[^1].GetProperty("event").GetString());
        Assert.Equal(0, lines[^1].GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void The_second_press_exits_at_once()
    {
        var exits = 0;
        using var interruption = new Interruption(() => exits++);
        interruption.Press();
        Assert.True(interruption.Requested.IsCancellationRequested);
        Assert.Equal(0, exits);
        interruption.Press();
        Assert.Equal(1, exits);
    }

    private static CommandRun Playing(params SampleStory[] stories)
    {
        var control = new FakeControl { Stories = [] };
        var run = new CommandRun { Control = control };
        control.Stories.AddRange(stories.Select(run.At));
        return run;
    }
}
