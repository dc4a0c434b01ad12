using AutoSelect.Contracts;

namespace AutoSelect.Training.Tests;

public sealed class SegmentEndTests : TrainingTest
{
    [Fact]
    public void An_interrupt_writes_a_checkpoint_from_which_the_run_goes_on_bit_identically()
    {
        using var trainer = NewTrainer();
        var whole = trainer.Train(Assignment(100), new Recorder());
        var interrupted = trainer.Train(
            Assignment(100, trial: "t02"), new Recorder { Orders = poll => poll > 30 ? SegmentOrder.Interrupt : SegmentOrder.Continue });
        Assert.Equal(SegmentEnd.Interrupted, interrupted.End);
        Assert.InRange(interrupted.Step, 1, 40);
        Assert.Equal(interrupted.Step, interrupted.Checkpoint!.Step);
        using var other = NewTrainer();
        var resumed = other.Train(Assignment(100, interrupted.Checkpoint, trial: "t02"), new Recorder());
        Assert.Equal(StateOf(whole.Checkpoint!), StateOf(resumed.Checkpoint!));
    }

    [Fact]
    public void An_abandoned_segment_writes_nothing()
    {
        using var trainer = NewTrainer();
        var recorder = new Recorder { Orders = poll => poll > 10 ? SegmentOrder.Abandon : SegmentOrder.Continue };
        var report = trainer.Train(Assignment(100), recorder);
        Assert.Equal(SegmentEnd.Interrupted, report.End);
        Assert.Null(report.Checkpoint);
        Assert.Empty(recorder.Checkpoints);
        Assert.False(Directory.Exists(Path.Combine(Folder, "t01")));
    }

    [Fact]
    public void The_segment_ends_as_soon_as_a_deliverable_value_reaches_the_target()
    {
        using var trainer = NewTrainer();
        var recorder = new Recorder();
        var report = trainer.Train(Assignment(200, stopAt: .6), recorder);
        Assert.Equal(SegmentEnd.TargetReached, report.End);
        Assert.True(recorder.Points[^1].Deliverable(Direction.Maximize) >= .6);
        Assert.All(recorder.Points.SkipLast(1), p => Assert.True(p.Deliverable(Direction.Maximize) < .6));
        Assert.Equal((report.Step, report.Step), (recorder.Points[^1].Step, report.Checkpoint!.Step));
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_divergence_and_the_message_has_its_value()
    {
        using var trainer = NewTrainer();
        var report = trainer.Train(Assignment(200, learningRate: 1e30), new Recorder());
        Assert.Equal(SegmentEnd.Diverged, report.End);
        Assert.Contains("training loss", report.Reason);
        Assert.Matches("NaN|∞|Infinity|times the first one", report.Reason);
    }

    [Fact]
    public void A_loss_far_above_the_first_one_is_divergence()
    {
        using var trainer = NewTrainer();
        var report = trainer.Train(Assignment(200, learningRate: 3000), new Recorder());
        Assert.Equal(SegmentEnd.Diverged, report.End);
        Assert.Contains("more than 10 times the first one", report.Reason);
    }

    [Fact]
    public void Running_out_of_memory_is_told_apart_from_other_errors()
    {
        using var trainer = NewTrainer();
        Spiral.Fault = (5, new InsufficientMemoryException());
        var memory = trainer.Train(Assignment(200), new Recorder());
        Spiral.Fault = (5, new InvalidOperationException("no such class"));
        var other = trainer.Train(Assignment(200), new Recorder());
        Assert.Equal((SegmentEnd.OutOfMemory, 4L), (memory.End, memory.Step));
        Assert.Contains("Batch size 32", memory.Reason);
        Assert.Equal((SegmentEnd.Failed, "InvalidOperationException: no such class"), (other.End, other.Reason));
    }

    [Fact]
    public void An_allocation_that_libtorch_refuses_is_out_of_memory()
    {
        using var trainer = NewTrainer();
        var real = Assert.ThrowsAny<Exception>(() => TorchSharp.torch.empty(1L << 60));
        Spiral.Fault = (1, real);
        Assert.Equal(SegmentEnd.OutOfMemory, trainer.Train(Assignment(10), new Recorder()).End);
    }

    [Theory]
    [InlineData(1000, "Batch size 1000: it must be 1 to 640")]
    [InlineData(0, "Batch size 0: it must be 1 to 640")]
    public void A_batch_size_that_cannot_be_is_refused_with_the_rule(int batchSize, string expected)
    {
        using var trainer = NewTrainer();
        var report = trainer.Train(Assignment(10, batchSize: batchSize), new Recorder());
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains(expected, report.Reason);
    }

    [Fact]
    public void An_unknown_strategy_fails_the_segment_and_names_those_there_are()
    {
        using var trainer = NewTrainer();
        var assignment = Assignment(10);
        var report = trainer.Train(assignment with { Candidate = assignment.Candidate with { Strategy = "lion" } }, new Recorder());
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("'lion' is not a training strategy; there are plain-sgd", report.Reason);
    }

    [Fact]
    public void The_report_accounts_for_the_segment_and_the_points_for_the_trial()
    {
        using var trainer = NewTrainer();
        var (first, second) = (new Recorder(), new Recorder());
        var a = trainer.Train(Assignment(100), first);
        using var other = NewTrainer();
        var b = other.Train(Assignment(200, a.Checkpoint), second);
        Assert.True(a.DeviceSeconds > 0 && a.EvaluationSeconds > 0 && a.OverheadSeconds > 0);
        Assert.Equal(a.DeviceSeconds + b.DeviceSeconds, second.Points[^1].DeviceSeconds, 9);
        Assert.Equal(a.EvaluationSeconds + b.EvaluationSeconds, second.Points[^1].EvaluationSeconds, 9);
        Assert.Equal(100, b.StepTime!.Steps);
        Assert.InRange(b.StepTime.LowerQuartileSeconds, 1e-6, b.DeviceSeconds);
        Assert.NotNull(second.Points[^1].CpuSeconds);
    }
}
