using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Selection.Candidates;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

public class StoredJobCommandTests
{
    [Fact]
    public async Task Resume_goes_on_with_a_paused_job()
    {
        using var run = Storing(SampleJob.Paused);
        run.Control.Stories[^1] = run.At(SampleJob.Completed);
        Assert.Equal(ExitCodes.ObjectiveMet, await run.Run("resume", "toy"));
        Assert.Equal([(new JobId("toy"), JobRequest.Resume())], run.Control.Requests);
        Assert.Equal(2, run.Control.Opened!.Devices);
    }

    [Fact]
    public async Task Resume_refuses_a_job_that_has_ended()
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(ExitCodes.BadInput, await run.Run("resume", "toy"));
        Assert.Contains("Job 'toy' has ended", run.Error);
        Assert.Null(run.Control.Opened);
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("explain")]
    [InlineData("show")]
    [InlineData("report")]
    [InlineData("export")]
    public async Task An_unknown_job_ends_with_2_and_the_nearest_name(string command)
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(ExitCodes.BadInput, await run.Run(command, "tyo", "--store", "/store"));
        Assert.Equal("Job 'tyo' is not in /store. Did you mean 'toy'?\n", run.Error);
    }

    [Fact]
    public async Task Jobs_lists_what_is_stored()
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(0, await run.Run("jobs"));
        Assert.Equal(
            """
            job  state      started            elapsed  workload  objective                                outcome
            toy  completed  2026-11-20 09:30Z  31.0 s   toy-mlp   fastest to accuracy ≥ 0.9 within 10 min  nadamw-b64 reached
            """ + " accuracy 0.9 after 30.5 s.\n", run.Output);
    }

    [Theory]
    [InlineData("completed", ExitCodes.ObjectiveMet)]
    [InlineData("missed", ExitCodes.ObjectiveMissed)]
    [InlineData("failed", ExitCodes.JobFailed)]
    [InlineData("cancelled", ExitCodes.Cancelled)]
    [InlineData("paused", ExitCodes.Interrupted)]
    [InlineData("interrupted", ExitCodes.JobInterrupted)]
    [InlineData("committed", ExitCodes.Environment)]
    public async Task How_a_job_ended_or_why_it_stands_is_told_apart_in_lists_and_exit_codes(string word, int exitCode)
    {
        using var run = Storing(word switch
        {
            "completed" => SampleJob.Completed,
            "missed" => SampleJob.Missed,
            "failed" => SampleJob.Failed,
            "cancelled" => SampleJob.Probed.Then(
                11, new JobEnded(JobPhase.Cancelled, new Outcome { ObjectiveMet = false, Summary = "cancelled" })),
            "paused" => SampleJob.Paused,
            "interrupted" =>
                SampleJob.Probed.Then(10.5, new JobRequested(JobRequest.Interrupt("The disk is full."))).Then(11, new JobPaused()),
            _ => SampleJob.Committed,
        });
        Assert.Equal(0, await run.Run("jobs"));
        Assert.Matches($@"\ntoy +{word} ", run.Output);
        Assert.Equal(0, await run.Run("show", "toy"));
        Assert.Contains($"  {word}  ", run.Output);
        Assert.Equal(exitCode, ExitCodes.ForRecord(run.Control.Stored[0]));
    }

    [Fact]
    public async Task An_empty_store_is_no_error()
    {
        using var run = Storing();
        Assert.Equal(0, await run.Run("jobs", "--store", "/store"));
        Assert.Equal("No job in /store.\n", run.Output);
    }

    [Fact]
    public async Task Show_prints_the_trials()
    {
        using var run = Storing(SampleJob.Committed);
        Assert.Equal(0, await run.Run("show", "toy"));
        Assert.Matches(@"t02 +sgd-b64 +stopped +1\.00 +0\.7100 +8\.3 s +is the best with 4 %\n", run.Output);
    }

    [Fact]
    public async Task Show_with_json_gives_the_whole_record_back()
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(0, await run.Run("show", "toy", "--json"));
        var record = JsonSerializer.Deserialize<JobRecord>(run.Output, RecordJson.Options)!;
        Assert.Equal(SampleJob.Completed.Record.Trials[0].Curve, record.Trials[0].Curve);
        Assert.Equal(SampleJob.Completed.Record.Outcome, record.Outcome);
    }

    [Fact]
    public async Task Explain_prints_the_explanation()
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(0, await run.Run("explain", "toy"));
        Assert.Contains("is the best with 4 %", run.Output);
        Assert.Contains("is the best with 96 %", run.Output);
    }

    [Theory]
    [InlineData("t02")]
    [InlineData("sgd-b64")]
    public async Task Explain_can_be_asked_for_one_trial(string trial)
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(0, await run.Run("explain", "toy", "--trial", trial));
        Assert.Contains("is the best with 4 %", run.Output);
        Assert.DoesNotContain("is the best with 96 %", run.Output);
    }

    [Fact]
    public async Task Explain_refuses_a_trial_that_is_not_there()
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(ExitCodes.BadInput, await run.Run("explain", "toy", "--trial", "sgd"));
        Assert.Equal("Job 'toy' has no trial 'sgd'. Known: nadamw-b64, sgd-b64.\n", run.Error);
    }

    [Fact]
    public async Task Report_is_written_anew_and_opened()
    {
        using var run = Storing(SampleJob.Paused);
        Assert.Equal(0, await run.Run("report", "toy", "--open"));
        var path = Path.Combine(run.Folder.Path, "jobs", "toy", "report.html");
        Assert.StartsWith("<!doctype html>", File.ReadAllText(path), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(path + "\n", run.Output);
        Assert.Equal([path], run.OpenedFiles);
    }

    [Fact]
    public async Task Export_writes_the_recording()
    {
        using var run = Storing(SampleJob.Completed);
        var file = Path.Combine(run.Folder.Path, "curves.jsonl");
        Assert.Equal(0, await run.Run("export", "toy", "--out", file));
        Assert.Equal($"2 curves in {file}\n", run.Output);
        Assert.Equal(["nadamw-b64", "sgd-b64"], RecordedCurves.Read(file).Select(c => c.Candidate));
    }

    [Fact]
    public async Task Export_goes_to_standard_output_by_default()
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(0, await run.Run("export", "toy"));
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["nadamw-b64", "sgd-b64"], lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("candidate").GetString()));
    }

    [Fact]
    public async Task A_recording_can_be_replayed()
    {
        using var run = Storing(JobRecords.Typical());
        var file = Path.Combine(run.Folder.Path, "curves.jsonl.gz");
        Assert.Equal(0, await run.Run("export", "fashion-mnist-1", "--out", file));
        Assert.Equal(0, await run.Run("replay", file));
        Assert.Contains("Simulated on recorded curves", run.Output);
        Assert.Contains("\nfashion-mnist-1  ", run.Output);
    }

    [Theory]
    [InlineData("no curve")]
    [InlineData("")]
    public async Task A_file_that_is_no_recording_ends_with_2(string text)
    {
        using var run = Storing();
        var file = Path.Combine(run.Folder.Path, "curves.jsonl");
        File.WriteAllText(file, text);
        Assert.Equal(ExitCodes.BadInput, await run.Run("replay", file));
        Assert.StartsWith(file, run.Error);
    }

    [Theory]
    [InlineData("replay", "none.jsonl")]
    [InlineData("replay", "none.jsonl", "--devices", "0")]
    [InlineData("replay", "none.jsonl", "--policy", "greedy")]
    public async Task Bad_arguments_of_a_replay_end_with_2(params string[] arguments)
    {
        using var run = Storing();
        Assert.Equal(ExitCodes.BadInput, await run.Run(arguments));
    }

    [Fact]
    public async Task Export_to_a_folder_that_is_not_there_ends_with_4()
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(ExitCodes.Environment, await run.Run("export", "toy", "--out", Path.Combine(run.Folder.Path, "none", "curves.jsonl")));
    }

    [Theory]
    [InlineData("jobs")]
    [InlineData("show", "toy")]
    [InlineData("explain", "toy")]
    [InlineData("report", "toy")]
    [InlineData("workloads")]
    [InlineData("strategies")]
    [InlineData("strategies", "sgd")]
    [InlineData("devices")]
    public async Task With_json_the_output_is_one_document(params string[] arguments)
    {
        using var run = Storing(SampleJob.Completed);
        Assert.Equal(0, await run.Run([.. arguments, "--json"]));
        using var document = JsonDocument.Parse(run.Output);
        Assert.NotEqual(JsonValueKind.Undefined, document.RootElement.ValueKind);
    }

    private static CommandRun Storing(params JobRecord[] records)
    {
        var run = new CommandRun();
        run.Control.Stored.AddRange(records.Select(run.At));
        return run;
    }
}
