using System.Collections.Immutable;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Selection.Tests;

public sealed class PriorRecordingTests
{
    [Fact]
    public void Submissions_become_the_catalogues_strategies_and_others_keep_their_names()
    {
        var made = PriorRecording.Make([Submission("baseline"), Submission("shampoo_submission"), Submission("amos")], []);

        Assert.Equal(["amos", "nadamw", "shampoo"], made.Curves.Select(c => c.Algorithm).Order());
        Assert.All(made.Curves, c => Assert.Contains("Apache-2.0", c.Origin));
    }

    [Fact]
    public void A_unit_of_steps_of_its_own_is_turned_into_the_others()
    {
        // The same seconds, but one step where the others count a hundred.
        var other = Submission("lawa_ema") with { Steps = [1, 2, 3], StepHint = 300 };

        var made = PriorRecording.Make([Submission("baseline"), Submission("nadamp"), other], []);

        Assert.All(made.Curves, c => Assert.Equal([100, 200, 300], c.Steps));
    }

    [Fact]
    public void Points_after_the_budget_do_not_count()
    {
        var made = PriorRecording.Make([Submission("baseline") with { BudgetSeconds = 25 }], []);

        Assert.Equal([100, 200], Assert.Single(made.Curves).Steps);
    }

    [Theory]
    [InlineData("fashion-mnist-mlp dataset=fashion-mnist", "--without fashion-mnist")]
    [InlineData("fashion-mnist-mlp hidden=64", "not named")]
    [InlineData("fashion-mnist-mlp dataset=mnist", null)]
    public void A_data_set_that_is_to_stay_out_stays_out_also_where_it_is_not_named(string workload, string? reason)
    {
        var made = PriorRecording.Make([Own(workload)], ["fashion-mnist"]);

        if (reason is null) Assert.Contains("data set mnist", Assert.Single(made.Curves).Origin);
        else Assert.Contains(reason, Assert.Single(made.Skipped).Reason);
    }

    [Fact]
    public void Own_runs_teach_at_any_target_and_only_whole_ones_are_taken()
    {
        var made = PriorRecording.Make([Own("w dataset=mnist"), Own("w dataset=mnist") with { Candidate = "b", State = "Stopped" }], []);

        Assert.Null(Assert.Single(made.Curves).Target);
    }

    [Fact]
    public void Thinning_keeps_the_arrival_at_the_target()
    {
        ImmutableArray<double?> values = [.. Enumerable.Range(1, 200).Select(i => (double?)(10 / (1 + i * 0.0301234)))];
        var curve = new RecordedCurve
        {
            Candidate = "a", Target = values[136], StepHint = 200, Steps = [.. Enumerable.Range(1, 200).Select(i => (long)i)],
            Values = values,
        };

        var thinned = ThinnedCurve.FromCurve(curve, 20);

        Assert.InRange(thinned.Steps.Length, 20, 21);
        Assert.Equal(HistoryCurve.FromRecording(curve)!.HitAt, HistoryCurve.FromRecording(thinned)!.HitAt);
    }

    [Fact]
    public void The_shipped_prior_is_small_names_its_sources_and_has_no_run_on_fashion_mnist()
    {
        Assert.InRange(ShippedPrior.Bytes.Length, 1000, 1_000_000);
        Assert.All(ShippedPrior.History.All, c => Assert.NotNull(c.Origin));
        Assert.DoesNotContain(ShippedPrior.History.All, c => c.Workload.Contains("=fashion", StringComparison.Ordinal));
        Assert.All(ShippedPrior.History.All.Where(c => c.Suite == "autoselect"), c => Assert.Contains("data", c.Workload));
        Assert.NotNull(ShippedPrior.History.Prior);
        Assert.Null(ShippedPrior.History.Forecaster);
    }

    private static RecordedCurve Submission(string algorithm) => new()
    {
        Suite = "algoperf-v0.5", Workload = "wmt", Family = "wmt", Problem = "wmt/0", Candidate = $"{algorithm}/1", Algorithm = algorithm,
        Target = 1, BudgetSeconds = 100, StepHint = 300, Steps = [100, 200, 300], Seconds = [10, 20, 30], Values = [3, 2, 1],
    };

    private static RecordedCurve Own(string workload) => new()
    {
        Suite = "autoselect", Workload = workload, Family = "w", Problem = "job", Candidate = "a", Algorithm = "sgd", Target = 1,
        BatchSize = 32, StepHint = 3, Steps = [1, 2, 3], Seconds = [1, 2, 3], EvaluationSeconds = [0, 0, 0], Values = [3, 2, 1],
        State = "Completed",
    };
}
