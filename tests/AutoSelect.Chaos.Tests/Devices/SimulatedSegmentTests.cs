using AutoSelect.Chaos.Devices;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Chaos.Tests.Devices;

public sealed class SimulatedSegmentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_trains_in_time_and_keeps_points_until_they_are_acknowledged()
    {
        var segment = new SimulatedSegment(Work(until: 100), secondsPerStep: .01);
        segment.Advance(.6);
        var report = segment.Report();
        Assert.Equal([25L, 50L], report.Points.Select(p => p.Step));
        Assert.All(report.Points, p => Assert.Equal(7, p.Diagnostics![SimulatedCurve.TokenFigure]));
        segment.Acknowledge(report, new ReportReply { Order = SegmentOrder.Continue, AcknowledgedStep = 25 });
        Assert.Equal([50L], segment.Report().Points.Select(p => p.Step));
    }

    [Fact]
    public void Its_end_has_a_checkpoint_that_the_next_one_begins_with()
    {
        var segment = new SimulatedSegment(Work(until: 60), secondsPerStep: .01);
        segment.Advance(.9);
        var last = segment.Report();
        Assert.Equal((SegmentEnd.BudgetReached, 60L), (last.End, last.Checkpoint!.Step));
        var next = Work(until: 100) with { From = last.Checkpoint, LeaseToken = 8 };
        Assert.Null(SimulatedCheckpoint.Fault(next));
        Assert.NotNull(SimulatedCheckpoint.Fault(next with { Trial = TrialId.At(3) }));
        File.Delete(last.Checkpoint.Uri);
        Assert.NotNull(SimulatedCheckpoint.Fault(next));
    }

    [Fact]
    public void It_obeys_with_a_checkpoint_or_without()
    {
        var (told, abandoned) = (new SimulatedSegment(Work(100), .01), new SimulatedSegment(Work(100), .01));
        told.Advance(.3);
        abandoned.Advance(.3);
        told.Obey(SegmentOrder.Interrupt);
        abandoned.Obey(SegmentOrder.Abandon);
        Assert.Equal((SegmentEnd.Interrupted, 30L), (told.Report().End, told.Report().Checkpoint?.Step));
        Assert.Equal((SegmentEnd.Interrupted, (long?)null), (abandoned.Report().End, abandoned.Report().Checkpoint?.Step));
    }

    [Fact]
    public void Whoever_trains_a_step_measures_the_same()
    {
        var candidate = SimulatedJobs.Candidate("sgd");
        var (one, other) = (new SimulatedCurve(candidate, .01).Point(25, 7), new SimulatedCurve(candidate, .01).Point(25, 8));
        Assert.Equal(one.Value, other.Value);
        Assert.NotEqual(one.Value, new SimulatedCurve(SimulatedJobs.Candidate("nadamw"), .01).Value(25));
    }

    private SegmentAssignment Work(long until) => new()
    {
        Job = new JobId("job-1"),
        Trial = TrialId.At(0),
        LeaseToken = 7,
        Candidate = SimulatedJobs.Candidate("sgd"),
        Workload = new WorkloadReference { Name = "simulated" },
        Evaluation = new EvaluationPolicy(),
        UntilStep = until,
        CheckpointEverySeconds = 10,
        Folder = folder["t01"],
        HorizonSteps = 1000,
        Direction = Direction.Maximize,
        Rung = 0,
    };
}
