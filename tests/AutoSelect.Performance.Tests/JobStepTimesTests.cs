using AutoSelect.Contracts;

namespace AutoSelect.Performance.Tests;

public sealed class JobStepTimesTests
{
    private static readonly StepTimeForecast Vague = new(.05, .8, .1);

    [Fact]
    public void Nothing_measured_leaves_the_predictions_but_for_the_load_of_the_machine()
    {
        var alone = JobStepTimes.Posterior([new("sgd", Vague)])[0];
        Assert.Equal((Vague.MedianSeconds, Vague.EvaluationSeconds), (alone.MedianSeconds, alone.EvaluationSeconds));
        Assert.Equal(Math.Sqrt(.8 * .8 + .2 * .2), alone.LogStandardDeviation, 1e-9);
    }

    [Fact]
    public void One_measured_trial_corrects_all_the_others()
    {
        // The whole job is four times as slow as was predicted, as a shared machine was.
        double[] truths = [.2, .24, .6];
        StepTimeEvidence[] before =
        [
            new("nadamw", Vague), new("nadamw", Vague with { MedianSeconds = .06 }), new("kfac", Vague with { MedianSeconds = .15 }),
        ];
        StepTimeEvidence[] after = [before[0] with { Measured = Steps(truths[0]), EvaluationSeconds = .3 }, .. before[1..]];
        var posterior = JobStepTimes.Posterior(after);
        Assert.Equal(truths[0], posterior[0].MedianSeconds, .005);
        for (var i = 1; i < 3; i++)
        {
            Assert.InRange(posterior[i].MedianSeconds / truths[i], 1 / 1.2, 1.2);
            Assert.InRange(posterior[i].LogStandardDeviation, .1, .4);
            Assert.Equal(.3, posterior[i].EvaluationSeconds, 1e-9);
        }
        Assert.True(posterior[1].LogStandardDeviation < posterior[2].LogStandardDeviation, "its own strategy is known better");
        Assert.All(JobStepTimes.Posterior(before), p => Assert.True(p.LogStandardDeviation > .8));
    }

    [Fact]
    public void What_one_class_of_devices_took_says_nothing_of_another()
    {
        StepTimeEvidence[] trials =
        [
            new("sgd", Vague, Steps(.001), .01, "Cuda H200"), new("sgd", Vague, null, null, "Cpu"),
            new("lion", Vague, Steps(.2), .5, "Cpu"), new("kfac", Vague, null, null, "Cuda H200"),
        ];
        var together = JobStepTimes.Posterior(trials);
        var (accelerators, processors) = (JobStepTimes.Posterior([trials[0], trials[3]]), JobStepTimes.Posterior([trials[1], trials[2]]));
        Assert.Equal([accelerators[0], processors[0], processors[1], accelerators[1]], together);
        Assert.True(together[1].MedianSeconds > 50 * together[3].MedianSeconds);
    }

    [Fact]
    public void A_strategy_that_was_misjudged_moves_its_own_kind_more_than_others()
    {
        StepTimeEvidence[] trials =
        [
            new("nadamw", Vague, Steps(.05)), new("kfac", Vague, Steps(.1)), new("kfac", Vague), new("sgd", Vague),
        ];
        var posterior = JobStepTimes.Posterior(trials);
        Assert.InRange(posterior[2].MedianSeconds, .08, .1);
        Assert.InRange(posterior[3].MedianSeconds, .05, .08);
        Assert.Equal((.05, .1), (Math.Round(posterior[0].MedianSeconds, 2), Math.Round(posterior[1].MedianSeconds, 2)));
    }

    [Fact]
    public void Its_own_steps_outweigh_what_others_took()
    {
        var posterior = JobStepTimes.Posterior([new("sgd", Vague, Steps(.02)), new("sgd", Vague, Steps(.3)), new("sgd", Vague, Steps(.3))]);
        Assert.Equal(.02, posterior[0].MedianSeconds, .003);
        Assert.True(posterior[0].LogStandardDeviation < .06);
    }

    [Fact]
    public void Equal_measurements_of_sure_predictions_still_tell_of_the_load()
    {
        var sure = new StepTimeForecast(.05, .08, .1);
        var posterior = JobStepTimes.Posterior([new("sgd", sure, Steps(.1)), new("lion", sure)]);
        Assert.InRange(posterior[1].MedianSeconds, .09, .1);
    }

    [Fact]
    public void Contention_widens_all_beliefs_and_moves_them_no_nearer_to_the_predictions()
    {
        var busy = Steps(.4) with { LowerQuartileSeconds = .2 };
        var (calm, disturbed) = (
            JobStepTimes.Posterior([new("sgd", Vague, Steps(.4)), new("lion", Vague)]),
            JobStepTimes.Posterior([new("sgd", Vague, busy), new("lion", Vague)]));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(calm[i].MedianSeconds, disturbed[i].MedianSeconds, 1e-9);
            Assert.Equal(Math.Pow(Math.Log(2) / 2, 2),
                Math.Pow(disturbed[i].LogStandardDeviation, 2) - Math.Pow(calm[i].LogStandardDeviation, 2), 1e-9);
        }
    }

    [Fact]
    public void Odd_predictions_and_measurements_are_left_alone()
    {
        var odd = new StepTimeForecast(double.NaN, .8, double.NaN);
        var posterior = JobStepTimes.Posterior(
        [
            new("sgd", odd, Steps(.1), .2), new("sgd", Vague, Steps(double.NaN), double.NaN), new("sgd", Vague, Steps(.2)),
            new("sgd", Vague),
        ]);
        Assert.True(double.IsNaN(posterior[0].MedianSeconds));
        Assert.Equal(.2, posterior[0].EvaluationSeconds);
        Assert.All(posterior[1..], p => Assert.InRange(p.MedianSeconds, .1, .25));
        Assert.Empty(JobStepTimes.Posterior([]));
    }

    [Fact]
    public void Predictions_of_a_known_truth_err_as_they_are_taken_to()
    {
        var truth = new StepTimeForecast(.1, 0, 1);
        Assert.Equal(truth with { LogStandardDeviation = .3 }, JobStepTimes.Erring(truth, .3, 0, 0, 0));
        Assert.Equal(.1 * Math.Exp(.3 * Math.Sqrt(.9)), JobStepTimes.Erring(truth, .3, 1, 0, 0).MedianSeconds, 1e-9);
        Assert.Equal(1, .9 + .06 + .04, 1e-9);
    }

    private static StepTime Steps(double seconds) =>
        new() { Steps = 1000, LowerQuartileSeconds = seconds, MeanSeconds = seconds, StandardErrorSeconds = 0 };
}
