using AutoSelect.Contracts;

namespace AutoSelect.Device.Tests;

/// <summary>What reports carry: the control side stores each that carries a checkpoint or a point.</summary>
public sealed class RunningWorkTests : IDisposable
{
    private readonly RunningWork work = new(Testing.SimulatedJobs.Segment(token: 1));

    public void Dispose() => work.Dispose();

    private static StepTime Step { get; } = new() { Steps = 4, LowerQuartileSeconds = 1, MeanSeconds = 1, StandardErrorSeconds = 0 };

    private static Checkpoint At(long step) => new() { Uri = $"/checkpoints/{step}", Step = step, Bytes = 8 };

    private static CurvePoint PointAt(long step) =>
        new() { Step = step, DeviceSeconds = step, EvaluationSeconds = 0, OverheadSeconds = 0, Value = .5, TrainingLoss = 1 };

    private void Acknowledge(SegmentReport? reported, long step = -1, SegmentOrder order = SegmentOrder.Continue) =>
        work.Acknowledge(new ReportReply { Order = order, AcknowledgedStep = step }, reported);

    [Fact]
    public void A_checkpoint_is_reported_until_a_report_with_it_was_acknowledged()
    {
        work.OnCheckpoint(At(3));
        var lost = work.Report();
        Acknowledge(reported: null);
        var stored = work.Report();
        Assert.Equal((At(3), At(3)), (lost.Checkpoint, stored.Checkpoint));
        Assert.Equal(0, work.StoredCheckpointStep);

        Acknowledge(stored);

        Assert.Null(work.Report().Checkpoint);
        Assert.Equal(3, work.StoredCheckpointStep);
        // Told again where the segment ends.
        work.OnCheckpoint(At(3));
        Assert.Null(work.Report().Checkpoint);
    }

    [Fact]
    public void An_acknowledgement_that_comes_after_a_newer_checkpoint_leaves_that_one_to_be_reported()
    {
        work.OnCheckpoint(At(3));
        var report = work.Report();
        work.OnCheckpoint(At(6));

        Acknowledge(report);

        Assert.Equal(At(6), work.Report().Checkpoint);
        Assert.Equal(3, work.StoredCheckpointStep);
    }

    [Fact]
    public void The_answer_that_a_segment_is_given_up_stores_no_checkpoint()
    {
        work.OnCheckpoint(At(3));

        Acknowledge(work.Report(), order: SegmentOrder.Abandon);

        Assert.Equal(0, work.StoredCheckpointStep);
    }

    [Fact]
    public void A_step_time_travels_beside_a_point_a_checkpoint_or_the_end_alone()
    {
        work.OnProgress(4, 4, 0, 0, Step);
        Assert.Equal((4L, 4.0, null), (work.Report().Step, work.Report().DeviceSeconds, work.Report().StepTime));

        work.OnPoint(PointAt(4));
        Assert.Equal(Step, work.Report().StepTime);
        Acknowledge(work.Report(), step: 4);
        Assert.Null(work.Report().StepTime);

        work.OnCheckpoint(At(4));
        Assert.Equal(Step, work.Report().StepTime);
        Acknowledge(work.Report(), step: 4);
        Assert.Null(work.Report().StepTime);

        work.Ended(work.Report() with { End = SegmentEnd.Interrupted });
        Assert.Equal(Step, work.Report().StepTime);
    }

    [Fact]
    public void The_last_report_stands_for_itself()
    {
        work.OnCheckpoint(At(3));
        Acknowledge(work.Report());

        work.Ended(work.Report() with { End = SegmentEnd.BudgetReached, Checkpoint = At(3) });

        Assert.Equal((SegmentEnd.BudgetReached, At(3)), (work.Report().End, work.Report().Checkpoint));
    }

    [Fact]
    public void An_order_that_comes_after_the_end_is_borne()
    {
        work.Dispose();
        work.Order = SegmentOrder.Interrupt;
        Assert.Equal(SegmentOrder.Interrupt, work.Order);
    }
}
