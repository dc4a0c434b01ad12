using AutoSelect.Contracts;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Transitions;

/// <summary>What clients that train elsewhere tell, as reports, and what these mean to them.</summary>
public sealed class TellingsTests
{
    private const long Token = 7;
    private static readonly TrialId First = TrialId.At(0);

    /// <summary>A job whose first trial a client was given at 10 s, from step 20 to step 100 of 1,000.</summary>
    private static JobRecord Given(bool resumes = true, long from = 20)
    {
        var record = SubmittedJobs.Record(SimulatedJobs.FastestTo(.9, "a", "b").Elsewhere(resumes: resumes));
        if (from > 0) record = record.After(9, Started(6, 0, from, 1), Told(from, 4), Ended(from));
        return record.After(10, Started(Token, from, 100, 10));
    }

    private static SegmentStarted Started(long token, long from, long until, double at) => new(First, new Segment
    {
        Device = new DeviceId("elsewhere:job:c"),
        LeaseToken = token,
        Rung = 0,
        StartedAt = at,
        FromStep = from,
        ToStep = from,
        UntilStep = until,
    }, []);

    private static SegmentReported Told(long step, double seconds) => new(
        First, [Point(step, seconds)], new Checkpoint { Uri = "elsewhere:old", Step = step, Bytes = 0 }, null,
        new SegmentProgress(step, seconds, 1, .5));

    private static SegmentEnded Ended(long step) => new(
        First, SegmentEnd.BudgetReached, "", new SegmentProgress(step, 4, 1, .5), TrialState.Paused, "", 0, []);

    private static CurvePoint Point(long step, double seconds) => new()
    {
        Step = step,
        DeviceSeconds = seconds,
        EvaluationSeconds = 1,
        OverheadSeconds = .5,
        Value = .1,
        TrainingLoss = 1,
    };

    private static TellCall Tell(long step, double? value = null, string? checkpoint = null) => new()
    {
        Client = "c",
        Trial = First,
        Token = Token,
        Step = step,
        Points = value is { } v ? [new ToldPoint(step, v)] : [],
        Checkpoint = checkpoint,
    };

    private static (TellOrder Order, SegmentReport Report, SegmentReport? Last) Answer(
        JobRecord record, TellCall tell, SegmentOrder order = SegmentOrder.Continue, double now = 20)
    {
        var report = Tellings.Report(record, tell, now);
        var (what, last) = Tellings.Answer(record, tell, report, new ReportReply { Order = order, AcknowledgedStep = -1 });
        return (what, report, last);
    }

    [Fact]
    public void What_has_passed_is_training_but_for_what_the_client_says_of_it()
    {
        var report = Answer(Given(), Tell(60, .5) with { EvaluationSeconds = 2, OverheadSeconds = 1 }).Report;
        Assert.Equal((7, 2, 1), (report.DeviceSeconds, report.EvaluationSeconds, report.OverheadSeconds));
        // On top of what the run took up to its checkpoint.
        var point = Assert.Single(report.Points);
        Assert.Equal((60, 11, 3, 1.5, .5), (
            point.Step, point.DeviceSeconds, point.EvaluationSeconds, point.OverheadSeconds, point.Value));
        Assert.Equal((SegmentEnd.None, 60), (report.End, report.Step));
        // More than has passed cannot be.
        report = Answer(Given(), Tell(60) with { EvaluationSeconds = 8, OverheadSeconds = 50 }).Report;
        Assert.Equal((0, 8, 2), (report.DeviceSeconds, report.EvaluationSeconds, report.OverheadSeconds));
    }

    [Fact]
    public void Of_points_that_are_told_at_once_each_has_its_part_of_the_time()
    {
        var tell = Tell(60) with { Points = [new(30, .1), new(40, .2), new(60, .3)] };
        Assert.Equal([6.5, 9, 14.0], Answer(Given(), tell).Report.Points.Select(p => p.DeviceSeconds));
    }

    [Fact]
    public void A_steps_time_comes_of_the_intervals_between_points()
    {
        var record = Given(from: 0);
        Assert.Null(Answer(record, Tell(30, .1), now: 13).Report.StepTime);
        record = record.After(13, new SegmentReported(First, [Point(10, 2), Point(20, 5)], null, null, new SegmentProgress(20, 3)));
        var time = Answer(record, Tell(40, .1), now: 21).Report.StepTime!;
        // 10 steps in 3 s and 20 in 6 s; the 2 s before the first point warmed up.
        Assert.Equal((30, .3, .3, 0), (time.Steps, time.MeanSeconds, time.LowerQuartileSeconds, Math.Round(time.StandardErrorSeconds, 9)));
    }

    [Fact]
    public void A_piece_is_over_once_its_last_step_is_safe()
    {
        Assert.Equal(TellOrder.Continue, Answer(Given(), Tell(99)).Order);
        Assert.Equal(TellOrder.Pause, Answer(Given(), Tell(100, .5)).Order);
        var (order, report, last) = Answer(Given(), Tell(100, .5, "mine/100"));
        Assert.Equal((TellOrder.Done, SegmentEnd.BudgetReached, null), (order, report.End, last));
        Assert.Equal("elsewhere:mine/100", report.Checkpoint!.Uri);
        Assert.Equal(("elsewhere:old", null), (report.Checkpoint.Before!.Uri, report.Checkpoint.Before.Before));
    }

    [Fact]
    public void At_the_target_the_client_saves_and_is_done()
    {
        var (order, report, _) = Answer(Given(), Tell(60, .9));
        Assert.Equal((TellOrder.Pause, SegmentEnd.None), (order, report.End));
        Assert.Equal(SegmentEnd.TargetReached, Answer(Given(), Tell(60, .9, "x")).Report.End);
        var known = Given().After(
            15, new SegmentReported(First, [Point(60, 9) with { Value = .95 }], null, null, new SegmentProgress(60, 5)));
        Assert.Equal(SegmentEnd.TargetReached, Answer(known, Tell(60, null, "x")).Report.End);
    }

    [Fact]
    public void Who_is_to_pause_saves_what_is_not_safe_and_is_done_then()
    {
        Assert.Equal((TellOrder.Pause, null), (
            Answer(Given(), Tell(60), SegmentOrder.Interrupt).Order, Answer(Given(), Tell(60), SegmentOrder.Interrupt).Last));
        var (order, _, last) = Answer(Given(), Tell(60, null, "x"), SegmentOrder.Interrupt);
        Assert.Equal((TellOrder.Done, SegmentEnd.Interrupted, 60), (order, last!.End, last.Checkpoint!.Step));
        // Nothing was done yet.
        Assert.Equal(TellOrder.Done, Answer(Given(), Tell(20), SegmentOrder.Interrupt).Order);
        (order, _, last) = Answer(Given(), Tell(60), SegmentOrder.Abandon);
        Assert.Equal((TellOrder.Stop, SegmentEnd.Interrupted), (order, last!.End));
    }

    [Fact]
    public void A_run_that_keeps_no_checkpoint_goes_to_its_end_or_is_given_up()
    {
        Assert.Equal(TellOrder.Continue, Answer(Given(resumes: false, from: 0), Tell(100, .5)).Order);
        Assert.Equal(TellOrder.Stop, Answer(Given(resumes: false, from: 0), Tell(60), SegmentOrder.Interrupt).Order);
        var (order, report, _) = Answer(Given(resumes: false, from: 0), Tell(1000, .5));
        Assert.Equal((TellOrder.Done, SegmentEnd.BudgetReached, 1000), (order, report.End, report.Checkpoint!.Step));
        Assert.Null(CheckpointUri.NameElsewhere(report.Checkpoint.Uri));
        Assert.Equal(SegmentEnd.TargetReached, Answer(Given(resumes: false, from: 0), Tell(60, .95)).Report.End);
    }

    [Theory]
    [InlineData(TellEnd.GivenBack, SegmentEnd.Interrupted, TellOrder.Done, "its client gave it back")]
    [InlineData(TellEnd.Failed, SegmentEnd.Failed, TellOrder.Stop, "its client said that it failed")]
    [InlineData(TellEnd.OutOfMemory, SegmentEnd.OutOfMemory, TellOrder.Stop, "its client said that it does not fit into its memory")]
    [InlineData(TellEnd.CheckpointUnusable, SegmentEnd.CheckpointUnusable, TellOrder.Stop, "its client cannot read the checkpoint")]
    public void A_client_ends_a_piece_by_itself(TellEnd end, SegmentEnd expected, TellOrder order, string reason)
    {
        var (what, report, last) = Answer(Given(), Tell(60) with { End = end });
        Assert.Equal((expected, order, reason, null), (report.End, what, report.Reason, last));
        Assert.Equal("why", Answer(Given(), Tell(60) with { End = end, Reason = "why" }).Report.Reason);
    }

    [Fact]
    public void A_value_that_is_not_finite_ends_the_run()
    {
        var (order, report, _) = Answer(Given(), Tell(60, double.NaN));
        Assert.Equal((TellOrder.Stop, SegmentEnd.Diverged, "accuracy is NaN at step 60."), (order, report.End, report.Reason));
        Assert.Empty(report.Points);
    }

    [Fact]
    public void What_is_said_again_is_answered_the_same()
    {
        var tell = Tell(100, .5, "mine/100");
        var over = Given().After(20, SegmentReports.Changes(Given(), Tellings.Report(Given(), tell, 20), 20));
        Assert.Null(over.Trials[0].OpenSegment());
        var (order, report, last) = Answer(over, tell, SegmentOrder.Abandon);
        Assert.Equal((TellOrder.Done, null), (order, last));
        Assert.Empty(SegmentReports.Changes(over, report, 21));
        // Of another piece by now.
        var lost = Given().After(20, new SegmentEnded(
            First, SegmentEnd.DeviceLost, "silent", new SegmentProgress(60, 5), TrialState.Paused, "", 1, []));
        Assert.Equal(TellOrder.Stop, Answer(lost, tell, SegmentOrder.Abandon).Order);
    }

    [Theory]
    [InlineData(10, 10, null, true, "step is 10: the piece began at step 20.")]
    [InlineData(1001, 1, null, true, "step is 1001: the run of a has 1000 steps.")]
    [InlineData(50, 60, null, true, "points.step is 60: step is 50, and no value can be of a step that is not done.")]
    [InlineData(50, 50, "x", false, "checkpoint is 'x': the job says resumes: false, and goes on from none.")]
    public void What_cannot_be_is_refused_with_the_value_and_the_rule(long step, long of, string? checkpoint, bool resumes, string message)
    {
        var tell = Tell(step, null, checkpoint) with { Points = [new ToldPoint(of, .5)] };
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Tellings.Report(Given(resumes), tell, 20)).Message);
    }
}
