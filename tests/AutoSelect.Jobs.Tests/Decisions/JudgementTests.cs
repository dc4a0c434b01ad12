using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Tests.Machine;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Decisions;

/// <summary>What makes a decision void that is computed meanwhile.</summary>
public sealed class JudgementTests
{
    private static readonly TrialId First = TrialId.At(0);
    private static readonly JobRecord Record = SubmittedJobs.Record(SimulatedJobs.FastestTo(.6, "a", "b"));

    private static readonly SegmentProgress Progress = new(25);

    [Theory]
    [InlineData(.5, false)]
    [InlineData(.7, true)]
    public void Points_leave_it_standing_unless_they_reach_the_target(double value, bool isVoid) =>
        Assert.Equal(isVoid, Judgement.IsVoidedBy(Record, new SegmentReported(First, [RandomJob.Point(25, value)], null, null, Progress)));

    [Theory]
    [InlineData(SegmentEnd.BudgetReached, false)]
    [InlineData(SegmentEnd.TargetReached, true)]
    [InlineData(SegmentEnd.DeviceLost, true)]
    [InlineData(SegmentEnd.Diverged, true)]
    [InlineData(SegmentEnd.Interrupted, true)]
    public void An_end_leaves_it_standing_where_the_segment_did_what_it_was_sent_for(SegmentEnd end, bool isVoid) =>
        Assert.Equal(isVoid, Judgement.IsVoidedBy(Record, new SegmentEnded(First, end, "", Progress, TrialState.Paused, "", 0, [])));

    [Fact]
    public void What_people_ask_makes_it_void()
    {
        Assert.True(Judgement.IsVoidedBy(Record, new JobRequested(JobRequest.Pause())));
        Assert.True(Judgement.IsVoidedBy(Record, new TrialEnded(First, TrialState.Stopped, "")));
    }
}
