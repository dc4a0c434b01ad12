using AutoSelect.Contracts;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>What goes on while a checkpoint of a program is packed.</summary>
public sealed class ProgramPackingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ProgramJob job = new();
    private readonly ManualResetEventSlim gate = new();
    private volatile bool isPacking;

    public ProgramPackingTests() => job.Pack = (path, folder, manifest, isAnswer, ct) =>
    {
        isPacking = true;
        if (!gate.Wait(Patience, CancellationToken.None)) throw new TimeoutException("Nobody has opened the gate.");
        return ProgramCheckpoint.Write(path, folder, manifest, isAnswer, ct);
    };

    public void Dispose()
    {
        job.Dispose();
        gate.Dispose();
    }

    [Fact]
    public void Orders_reach_it_and_its_points_are_reported()
    {
        // Only what it does about the order opens the gate.
        job.OrderWhen(SegmentOrder.Interrupt, _ => isPacking, OpenAt(20));
        var report = job.Run("""
            say '{"step":10,"accuracy":0.1}'; save 10
            [ "$(order)" = '{"order":"pause"}' ] || exit 9
            say '{"step":20,"accuracy":0.2}'; save 20
            """);
        Assert.Equal((SegmentEnd.Interrupted, "", 20), (report.End, report.Reason, report.Checkpoint?.Step));
        Assert.Equal([10, 20], job.Recorder.Points.Select(p => p.Step));
        Assert.Equal([10, 20], job.Recorder.Checkpoints.Select(c => c.Step));
    }

    [Fact]
    public void Of_those_that_it_fills_meanwhile_the_newest_is_packed()
    {
        job.OnPoint(OpenAt(40));
        var report = job.Run($$"""
            save 10; save 20; save 30; say '{"step":40,"accuracy":0.4}'
            {{ProgramJob.UntilTakenOver("20")}}
            {{ProgramJob.UntilTakenOver("30")}}
            save 100
            """);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        Assert.Equal([10, 30, 100], job.Recorder.Checkpoints.Select(c => c.Step));
        Assert.Equal("state 100\n", job.Saved(report.Checkpoint!, "state"));
        Assert.Equal([report.Checkpoint!.Uri], Directory.GetFiles(job.TrialFolder));
    }

    [Fact]
    public void One_that_is_abandoned_meanwhile_leaves_nothing()
    {
        job.OrderWhen(SegmentOrder.Abandon, _ => isPacking);
        job.Pack = (path, folder, manifest, isAnswer, ct) =>
        {
            isPacking = true;
            if (!ct.WaitHandle.WaitOne(Patience)) throw new TimeoutException("It was not given up.");
            return ProgramCheckpoint.Write(path, folder, manifest, isAnswer, ct);
        };
        var report = job.Run("save 10; order");
        Assert.Equal((SegmentEnd.Interrupted, (Checkpoint?)null), (report.End, report.Checkpoint));
        Assert.Empty(job.Recorder.Checkpoints);
        Assert.Empty(Directory.GetFileSystemEntries(job.TrialFolder));
        Assert.Empty(Directory.GetFileSystemEntries(job.LocalFolder));
    }

    [Theory]
    [InlineData("save 10")]
    [InlineData("save 10; save 100")]
    public void One_that_is_abandoned_after_its_end_is_not_waited_for(string script)
    {
        job.OrderWhen(SegmentOrder.Abandon, _ => isPacking);
        job.Pack = (path, folder, manifest, isAnswer, ct) =>
        {
            // Its process is gone by now, and what it had handed over is known.
            if (!SpinWait.SpinUntil(() => job.Left().Count == 0, Patience)) throw new TimeoutException("It goes on.");
            isPacking = true;
            if (!ct.WaitHandle.WaitOne(Patience)) throw new TimeoutException("It was not given up.");
            return ProgramCheckpoint.Write(path, folder, manifest, isAnswer, ct);
        };
        var report = job.Run(script);
        Assert.Equal((SegmentEnd.Interrupted, (Checkpoint?)null), (report.End, report.Checkpoint));
        Assert.Empty(Directory.GetFileSystemEntries(job.TrialFolder));
    }

    [Fact]
    public void What_it_has_handed_over_counts_whatever_ends_it_then()
    {
        job.OnPoint(OpenAt(20));
        var report = job.Run("""save 10; say '{"step":20,"accuracy":0.2}'; say garbage; order""");
        Assert.Equal((SegmentEnd.Failed, 10), (report.End, report.Checkpoint?.Step));
        Assert.Contains("The program wrote 'garbage'", report.Reason);
        Assert.True(File.Exists(report.Checkpoint!.Uri));
    }

    [Fact]
    public void Its_end_waits_for_it()
    {
        job.Pack = (path, folder, manifest, isAnswer, ct) =>
        {
            if (!SpinWait.SpinUntil(() => job.Left().Count == 0, Patience)) throw new TimeoutException("It goes on.");
            return ProgramCheckpoint.Write(path, folder, manifest, isAnswer, ct);
        };
        var report = job.Run("save 100");
        Assert.Equal((SegmentEnd.BudgetReached, 100), (report.End, report.Checkpoint?.Step));
    }

    private Action<CurvePoint> OpenAt(long step) => point =>
    {
        if (point.Step == step) gate.Set();
    };
}
