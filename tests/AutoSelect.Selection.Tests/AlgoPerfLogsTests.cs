using AutoSelect.Contracts;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Selection.Tests;

public sealed class AlgoPerfLogsTests : IDisposable
{
    private const string Header =
        "accumulated_eval_time,accumulated_submission_time,global_step,preemption_count,score,test/ssim,total_duration,validation/ssim";
    private readonly string folder = Directory.CreateTempSubdirectory("algoperf").FullName;

    [Fact]
    public void Folders_and_rows_become_curves()
    {
        Trial("external_tuning/nadamw/study_1/fastmri_tanh_jax/trial_2", Rows("5,20.5,1,0,20.5,.1,40,0.15",
            "6,100.25,252,0,100.25,.1,140,nan", "7,180,303,0,180,.1,240,0.72"), """{"beta1": 0.9, "style": "x", "eps": NaN}""");
        Trial("external_tuning/sgd/study_0/fastmri_pytorch/trial_1", Rows("5,20,1,0,20,.1,40,inf"));
        var imported = AlgoPerfLogs.Read(folder);
        Assert.Empty(imported.Skipped);
        Assert.Equal(["fastmri/0", "fastmri_tanh/1"], imported.Curves.Select(c => c.Problem));
        Assert.Equal([null], imported.Curves[0].Values);
        var curve = imported.Curves[1];
        Assert.Equal(("fastmri_tanh", "fastmri", 1, "jax", "nadamw/2", "nadamw"),
            (curve.Workload, curve.Family, curve.Study, curve.Framework, curve.Candidate, curve.Algorithm));
        Assert.Equal(("ssim", "maximize", 0.71784, 8859.0, 18094.0),
            (curve.Metric, curve.DirectionName, curve.Target, curve.BudgetSeconds, curve.StepHint));
        Assert.Equal([1L, 252, 303], curve.Steps);
        Assert.Equal([20.5, 100.25, 180], curve.Seconds!.Value);
        Assert.Equal([0.15, null, 0.72], curve.Values);
        Assert.Equal((0.9, "x", "NaN"), (curve.Hyperparameters["beta1"].GetDouble(), curve.Hyperparameters["style"].GetString(),
            curve.Hyperparameters["eps"].GetString()));
    }

    [Fact]
    public void The_score_stands_in_for_missing_submission_times_and_a_missing_study_is_the_first()
    {
        Trial("sgd/wmt_jax/trial_1", "global_step,score,validation/bleu\n10,7.5,3.25\n");
        var curve = Assert.Single(AlgoPerfLogs.Read(folder).Curves);
        Assert.Equal(("wmt/0", "sgd/1", 7.5), (curve.Problem, curve.Candidate, curve.Seconds!.Value[0]));
    }

    [Fact]
    public void A_resumed_run_replaces_the_rows_after_its_checkpoint()
    {
        Trial("sgd/study_0/fastmri_jax/trial_1", Rows(
            "5,10,1,0,10,.1,40,0.1", "5,20,2,0,20,.1,40,0.2", "5,30,3,0,30,.1,40,0.3", "5,19,2,1,19,.1,40,0.4", "5,29,3,1,29,.1,40,0.5"));
        var imported = AlgoPerfLogs.Read(folder);
        var curve = Assert.Single(imported.Curves);
        Assert.Equal([1L, 2, 3], curve.Steps);
        Assert.Equal([0.1, 0.4, 0.5], curve.Values);
        Assert.Contains("2 rows were replaced", Assert.Single(imported.Notices).Reason);
    }

    [Theory]
    [InlineData("fastmri_jax/trial_2", "5,20,one,0,20,.1,40,0.15", "line 2: global_step is 'one'")]
    [InlineData("fastmri_jax/trial_2", "5,,1,0,20,.1,40,0.15", "line 2: seconds are 'NaN'")]
    [InlineData("fastmri_jax/trial_2", "5,20,1,0", "line 2: 4 cells")]
    [InlineData("fastmri_jax/trial_2", "5,20,1,0,20,.1,40,0.15\n5,19,2,0,20,.1,40,0.15", "line 3: seconds fall from 20 to 19")]
    [InlineData("fastmri_jax/trial_2", "", "at least one row")]
    [InlineData("wmt_jax/trial_1", "5,20,1,0,20,.1,40,0.15", "no column validation/bleu")]
    [InlineData("fastmri_jax/attempt", "5,20,1,0,20,.1,40,0.15", "in no folder trial_J")]
    [InlineData("fastmri/trial_1", "5,20,1,0,20,.1,40,0.15", "in no folder WORKLOAD_jax")]
    public void A_broken_trial_is_skipped_with_its_reason(string path, string row, string reason)
    {
        Trial("sgd/study_0/fastmri_jax/trial_1", Rows("5,20,1,0,20,.1,40,0.15"));
        Trial($"sgd/study_0/{path}", Rows(row));
        var imported = AlgoPerfLogs.Read(folder);
        Assert.Single(imported.Curves);
        var skipped = Assert.Single(imported.Skipped);
        Assert.Contains(reason, skipped.Reason);
        Assert.EndsWith($"{path}/eval_measurements.csv", skipped.Source);
    }

    [Fact]
    public void A_candidate_comes_once_in_a_problem()
    {
        Trial("a/sgd/study_0/fastmri_jax/trial_1", Rows("5,20,1,0,20,.1,40,0.15"));
        Trial("b/sgd/study_0/fastmri_jax/trial_1", Rows("5,20,1,0,20,.1,40,0.25"));
        var imported = AlgoPerfLogs.Read(folder);
        Assert.Equal(0.15, Assert.Single(imported.Curves).Values[0]);
        Assert.Contains("a problem has a candidate once", Assert.Single(imported.Skipped).Reason);
    }

    [Fact]
    public void Hyperparameters_that_are_no_json_leave_the_trial_out()
    {
        Trial("sgd/study_0/fastmri_jax/trial_1", Rows("5,20,1,0,20,.1,40,0.15"), "{");
        Assert.Contains("hparams.json: no JSON", Assert.Single(AlgoPerfLogs.Read(folder).Skipped).Reason);
    }

    [Fact]
    public void A_workload_that_the_table_lacks_must_be_described()
    {
        Trial("sgd/study_0/lm_jax/trial_1", "global_step,score,validation/ppl\n10,7.5,33\n");
        Assert.Contains("'lm'", Assert.Throws<InvalidDataException>(() => AlgoPerfLogs.Read(folder)).Message);
        var curve = Assert.Single(
            AlgoPerfLogs.Read(folder, name => new AlgoPerfWorkload(name, name, "ppl", Direction.Minimize, 22.3, null, null)).Curves);
        Assert.Equal(("lm", "lm", "ppl", Direction.Minimize, 22.3, null),
            (curve.Workload, curve.Family, curve.Metric, curve.Direction, curve.Target, curve.BudgetSeconds));
    }

    [Fact]
    public void One_description_does_not_fit_two_workloads()
    {
        Trial("sgd/study_0/lm_jax/trial_1", "global_step,score,validation/ppl\n10,7.5,33\n");
        Trial("sgd/study_0/mnist_jax/trial_1", "global_step,score,validation/ppl\n10,7.5,33\n");
        Assert.Contains(
            "'lm', 'mnist'", Assert.Throws<InvalidDataException>(() =>
                AlgoPerfLogs.Read(folder, name => new AlgoPerfWorkload(name, name, "ppl", Direction.Minimize, 22.3, null, null))).Message);
    }

    [Fact]
    public void A_folder_without_measurements_is_refused() =>
        Assert.Contains("no eval_measurements.csv", Assert.Throws<InvalidDataException>(() => AlgoPerfLogs.Read(folder)).Message);

    private static string Rows(params string[] rows) => string.Join('\n', [Header, .. rows]) + "\n";

    private void Trial(string path, string measurements, string? hyperparameters = null)
    {
        var trial = Directory.CreateDirectory(Path.Combine(folder, path)).FullName;
        File.WriteAllText(Path.Combine(trial, "eval_measurements.csv"), measurements);
        if (hyperparameters is not null) File.WriteAllText(Path.Combine(trial, "hparams.json"), hyperparameters);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
