using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

public class ImportCommandTests
{
    [Fact]
    public async Task An_optuna_database_is_imported_and_replayed()
    {
        using var run = new CommandRun();
        var (database, recording) = (OptunaFile.Create(run.Folder.Path, OptunaFile.TwoStudies), run.Folder["curves.jsonl.gz"]);
        Assert.Equal(0, await run.Run("replay", "import", "optuna", database, "--out", recording, "--study", "tune",
            "--algorithm-parameter", "optimizer", "--metric", "loss", "--target", "0.2"));
        Assert.Equal($"2 curves of 1 problems in {recording}; 1 skipped\n", run.Output);
        Assert.Contains("trial 2: state Running", run.Error);
        var curves = RecordedCurves.Read(recording);
        Assert.Equal(["adam", "sgd"], curves.Select(c => c.Algorithm));
        Assert.Equal(["Completed", "Stopped"], curves.Select(c => c.State));
        Assert.Equal([1L, 2, 3, 4], curves[0].Steps);
        Assert.Equal([0.5, null, null, 0.125], curves[0].Values);
        Assert.Equal([10.0, 20, 30, 40], curves[0].Seconds!.Value);
        Assert.Equal([10.0], curves[1].Seconds!.Value);
        Assert.Equal(("loss", "minimize", 0.2, 0.001),
            (curves[0].Metric, curves[0].DirectionName, curves[0].Target, curves[0].Hyperparameters["lr"].GetDouble()));
        Assert.Equal(0, await run.Run("replay", recording));
        Assert.Contains("\ntune ", run.Output);
    }

    [Fact]
    public async Task The_summary_as_json_counts_problems_and_what_was_skipped()
    {
        using var run = new CommandRun();
        var database = OptunaFile.Create(
            run.Folder.Path, OptunaFile.TwoStudies + "UPDATE trial_intermediate_values SET intermediate_value = 'low' WHERE trial_id = 2;");
        Assert.Equal(0, await run.Run("replay", "import", "optuna", database, "--out", run.Folder["curves.jsonl"], "--json"));
        var summary = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(2, summary.GetProperty("curves").GetInt32());
        Assert.Equal(["tune", "other"], summary.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("problem").GetString()));
        Assert.Equal(["value at step 1 is 'low': it must be a number.", "state Running: only trials that have ended are imported."],
            summary.GetProperty("skipped").EnumerateArray().Select(s => s.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_choice_that_is_no_text_names_the_algorithm_as_json_writes_it()
    {
        using var run = new CommandRun();
        var database = OptunaFile.Create(run.Folder.Path, OptunaFile.TwoStudies);
        Assert.Equal(0, await run.Run("replay", "import", "optuna", database, "--out", run.Folder["curves.jsonl"], "--study", "other",
            "--algorithm-parameter", "optimizer"));
        Assert.Equal("null", Assert.Single(RecordedCurves.Read(run.Folder["curves.jsonl"])).Algorithm);
    }

    [Fact]
    public async Task An_older_storage_has_no_types_of_values()
    {
        using var run = new CommandRun();
        var database = OptunaFile.Create(
            run.Folder.Path, OptunaFile.TwoStudies + "ALTER TABLE trial_intermediate_values DROP COLUMN intermediate_value_type;");
        Assert.Equal(0, await run.Run("replay", "import", "optuna", database, "--out", run.Folder["curves.jsonl"], "--study", "tune"));
        Assert.Equal([0.5, null, null, 0.125], RecordedCurves.Read(run.Folder["curves.jsonl"])[0].Values);
    }

    [Theory]
    [InlineData("Study 'tnue' is not in", "--study", "tnue")]
    [InlineData("No curve to write, 4 skipped", "--algorithm-parameter", "lr")]
    public async Task What_a_storage_lacks_ends_with_2(string message, params string[] arguments)
    {
        using var run = new CommandRun();
        var database = OptunaFile.Create(run.Folder.Path, OptunaFile.TwoStudies);
        Assert.Equal(
            ExitCodes.BadInput, await run.Run(["replay", "import", "optuna", database, "--out", run.Folder["curves.jsonl"], .. arguments]));
        Assert.Contains(message, run.Error);
        Assert.False(File.Exists(run.Folder["curves.jsonl"]));
    }

    [Fact]
    public async Task A_database_that_is_not_optunas_ends_with_2()
    {
        using var run = new CommandRun();
        var database = OptunaFile.Create(run.Folder.Path, "", "CREATE TABLE trials (id INTEGER);");
        Assert.Equal(ExitCodes.BadInput, await run.Run("replay", "import", "optuna", database, "--out", run.Folder["curves.jsonl"]));
        Assert.StartsWith(database, run.Error);
        Assert.Contains("study_directions", run.Error);
    }

    [Fact]
    public async Task A_journal_is_told_from_a_database_by_its_first_bytes()
    {
        using var run = new CommandRun();
        File.WriteAllLines(run.Folder["journal.log"],
        [
            """{"op_code":0,"worker_id":"w","study_name":"tune","directions":[1]}""",
            """{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":"2026-01-01T10:00:00"}""",
            """{"op_code":7,"worker_id":"w","trial_id":0,"step":1,"intermediate_value":NaN}""",
            """{"op_code":6,"worker_id":"w","trial_id":0,"state":1,"values":[1.0],"datetime_complete":"2026-01-01T10:00:09"}""",
        ]);
        Assert.Equal(0, await run.Run("replay", "import", "optuna", run.Folder["journal.log"], "--out", run.Folder["curves.jsonl"]));
        var curve = Assert.Single(RecordedCurves.Read(run.Folder["curves.jsonl"]));
        Assert.Equal((9.0, null), (curve.Seconds!.Value[0], curve.Values[0]));
    }

    [Fact]
    public async Task Algoperf_logs_are_imported_and_replayed()
    {
        using var run = new CommandRun();
        foreach (var (name, value) in new[] { ("adam", 0.12), ("sgd", 0.2) })
            Log(run, $"{name}/study_0/criteo1tb_jax/trial_1",
                $"global_step,accumulated_submission_time,validation/loss\n1,10,0.5\n100,20,{value}\n");
        Log(run, "sgd/study_0/criteo1tb_jax/trial_2", "global_step,accumulated_submission_time,validation/loss\nx,10,0.5\n");
        Assert.Equal(0, await run.Run("replay", "import", "algoperf", run.Folder["logs"], "--out", run.Folder["curves.jsonl"]));
        Assert.Equal($"2 curves of 1 problems in {run.Folder["curves.jsonl"]}; 1 skipped\n", run.Output);
        Assert.Contains("trial_2/eval_measurements.csv: line 2: global_step is 'x'", run.Error);
        Assert.Equal(0, await run.Run("replay", run.Folder["curves.jsonl"]));
        Assert.Contains("criteo1tb/0  adam/1", run.Output);
    }

    [Fact]
    public async Task An_unknown_workload_needs_its_options()
    {
        using var run = new CommandRun();
        Log(run, "adam/study_0/lm_jax/trial_1", "global_step,score,validation/ppl\n1,10,50\n");
        string[] import = ["replay", "import", "algoperf", run.Folder["logs"], "--out", run.Folder["curves.jsonl"]];
        Assert.Equal(ExitCodes.BadInput, await run.Run(import));
        Assert.Contains("workload 'lm' is not in the table of AlgoPerf v0.5", run.Error);
        Assert.Equal(ExitCodes.BadInput, await run.Run([.. import, "--metric", "ppl"]));
        Assert.Equal(
            0, await run.Run([.. import, "--metric", "ppl", "--direction", "minimize", "--target", "22.3", "--budget-seconds", "100"]));
        var curve = Assert.Single(RecordedCurves.Read(run.Folder["curves.jsonl"]));
        Assert.Equal((22.3, 100.0, "minimize", 50.0), (curve.Target, curve.BudgetSeconds, curve.DirectionName, curve.Values[0]));
    }

    [Fact]
    public async Task Jobs_are_exported_together()
    {
        using var run = new CommandRun();
        run.Control.Stored.AddRange([
            run.At(SampleJob.Completed.Record), run.At(JobRecords.Typical()),
            run.At(SampleJob.Paused.Record with { Id = new JobId("paused") })]);
        Assert.Equal(0, await run.Run("replay", "import", "jobs", "--all", "--out", run.Folder["curves.jsonl.gz"]));
        Assert.Contains("Skipped job 'paused': phase Paused", run.Error);
        var expected = RecordedCurves.Export(SampleJob.Completed).Concat(RecordedCurves.Export(JobRecords.Typical())).Select(Line);
        Assert.Equal(expected, RecordedCurves.Read(run.Folder["curves.jsonl.gz"]).Select(Line));
        Assert.Equal(0, await run.Run("replay", run.Folder["curves.jsonl.gz"]));
        Assert.Contains("\nfashion-mnist-1  ", run.Output);
    }

    [Theory]
    [InlineData("give ids of jobs or --all")]
    [InlineData("give ids of jobs or --all", "toy", "--all")]
    [InlineData("Did you mean 'toy'?", "tyo")]
    public async Task Jobs_that_are_not_named_or_not_stored_end_with_2(string message, params string[] arguments)
    {
        using var run = new CommandRun();
        run.Control.Stored.Add(run.At(SampleJob.Completed));
        Assert.Equal(ExitCodes.BadInput, await run.Run(["replay", "import", "jobs", .. arguments, "--out", run.Folder["curves.jsonl"]]));
        Assert.Contains(message, run.Error);
    }

    [Theory]
    [InlineData("algoperf")]
    [InlineData("optuna")]
    public async Task A_source_that_is_not_there_ends_with_2(string source)
    {
        using var run = new CommandRun();
        Assert.Equal(
            ExitCodes.BadInput, await run.Run("replay", "import", source, run.Folder["none"], "--out", run.Folder["curves.jsonl"]));
        Assert.Equal($"{run.Folder["none"]}: no such file or folder.\n", run.Error);
    }

    private static string Line(RecordedCurve curve) => JsonSerializer.Serialize(curve, RecordJson.Options);

    private static void Log(CommandRun run, string trial, string measurements) =>
        File.WriteAllText(
            Path.Combine(Directory.CreateDirectory(Path.Combine(run.Folder["logs"], trial)).FullName, "eval_measurements.csv"),
            measurements);
}
