using AutoSelect.Contracts;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class ResumeTests : TrainingTest
{
    [Fact]
    public void A_run_resumed_in_a_new_trainer_is_bit_identical_to_one_that_was_not_interrupted()
    {
        var (whole, wholeCurve) = Uninterrupted();
        var curve = new Recorder();
        Checkpoint? checkpoint = null;
        foreach (var until in new long[] { 7, 20, 93, 200 })
        {
            using var trainer = NewTrainer();
            var report = trainer.Train(Assignment(until, checkpoint, trial: "t02"), curve);
            Assert.Equal((SegmentEnd.BudgetReached, until), (report.End, report.Step));
            checkpoint = report.Checkpoint;
        }
        Assert.Equal(whole, StateOf(checkpoint!));
        Assert.Equal(wholeCurve, CurveOf(curve));
    }

    [Fact]
    public void A_trial_that_stayed_in_memory_is_bit_identical_to_one_that_was_loaded()
    {
        var (whole, wholeCurve) = Uninterrupted();
        var curve = new Recorder();
        Checkpoint? checkpoint = null;
        using var trainer = NewTrainer();
        foreach (var until in new long[] { 7, 20, 93, 200 })
        {
            checkpoint = trainer.Train(Assignment(until, checkpoint, trial: "t02"), curve).Checkpoint;
            // Whoever uses the generator between segments must not matter.
            using var noise = randn(10);
        }
        Assert.Equal(whole, StateOf(checkpoint!));
        Assert.Equal(wholeCurve, CurveOf(curve));
    }

    [Fact]
    public void Two_trials_that_take_turns_on_a_device_do_not_disturb_each_other()
    {
        var (whole, _) = Uninterrupted();
        Checkpoint? first = null, second = null;
        using var trainer = NewTrainer();
        foreach (var until in new long[] { 50, 120, 200 })
        {
            first = trainer.Train(Assignment(until, first, trial: "t02"), new Recorder()).Checkpoint;
            second = trainer.Train(Assignment(until, second, trial: "t03", batchSize: 64, horizon: 200), new Recorder()).Checkpoint;
        }
        Assert.Equal(whole, StateOf(first!));
        Assert.NotEqual(whole, StateOf(second!));
    }

    [Fact]
    public void A_checkpoint_within_a_segment_does_not_change_the_run()
    {
        var (whole, _) = Uninterrupted();
        using var trainer = NewTrainer();
        var recorder = new Recorder();
        var report = trainer.Train(Assignment(200, trial: "t02", checkpointEvery: 0), recorder);
        Assert.True(recorder.Checkpoints.Count > 100);
        Assert.Equal(whole, StateOf(report.Checkpoint!));
    }

    [Fact]
    public void How_often_a_run_is_evaluated_does_not_change_it()
    {
        using var trainer = NewTrainer();
        var (often, seldom) = (new Recorder(), new Recorder());
        var a = trainer.Train(Assignment(200, trial: "t01", evaluationsPerEpoch: 20), often);
        var b = trainer.Train(Assignment(200, trial: "t02", evaluationsPerEpoch: .5), seldom);
        Assert.True(often.Points.Count > 2 * seldom.Points.Count);
        var values = often.Points.ToDictionary(p => p.Step, p => (p.Value, p.AveragedValue));
        Assert.All(seldom.Points, p => Assert.Equal(values[p.Step], (p.Value, p.AveragedValue)));
        Assert.Equal(StateOf(a.Checkpoint!), StateOf(b.Checkpoint!));
    }

    private (string State, List<(long, double, double?, double)> Curve) Uninterrupted()
    {
        using var trainer = NewTrainer();
        var recorder = new Recorder();
        var report = trainer.Train(Assignment(200), recorder);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        return (StateOf(report.Checkpoint!), [.. CurveOf(recorder)]);
    }
}
