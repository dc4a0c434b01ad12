using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>The weights of a job that has its answer cannot be written.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(SegmentEnd.Failed)]
    [InlineData(SegmentEnd.StorageFailed)]
    [InlineData(SegmentEnd.DeviceLost)]
    public async Task It_is_tried_a_few_times_and_then_the_job_ends_with_the_checkpoint(SegmentEnd end)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var device = cluster.AddDevice("d0", FaultJobs.Training());
        device.EndsSegment = a => a.ExportTo is null ? null : (end, "no space left");
        await cluster.Submit("job", SimulatedJobs.FastestTo(.6, "good", "bad"));

        var record = await cluster.UntilEnded("job");
        var good = record.Of("good");
        Assert.Equal((JobPhase.Completed, true, "good"), (record.Phase, record.Outcome!.ObjectiveMet, FaultJobs.WinnerOf(record)));
        Assert.Equal((null, good.Checkpoint!.Uri), (record.Outcome.FinalWeights, record.Outcome.Checkpoint));
        Assert.Contains("no space left", record.Outcome.Summary, StringComparison.Ordinal);
        Assert.Contains(good.Checkpoint.Uri, record.Outcome.Summary, StringComparison.Ordinal);
        Assert.True(File.Exists(good.Checkpoint.Uri));
        Assert.Equal(Jobs.Machine.JobMachine.MostExports, good.Segments.Count(s => s.IsExport));
        Assert.Equal(TrialState.Completed, good.State);
        Assert.DoesNotContain(await cluster.Events("job"), e => e.Change is JobPaused or DecisionFailed);
        // Nobody trains once the answer is there.
        Assert.All((await cluster.Events("job")).SkipWhile(e => e.Change is not ExportBegun).Select(e => e.Change).OfType<SegmentStarted>(),
            s => Assert.True(s.Segment.IsExport));
    }

    [Fact]
    public async Task One_whose_device_dies_is_done_by_another()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold(a => a.ExportTo is not null);
        var dying = cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        await hold.Reached;
        await cluster.Lose(dying);
        cluster.AddDevice("d1", FaultJobs.Training());

        var record = await cluster.UntilEnded("job");
        Assert.EndsWith("final.safetensors", record.Outcome!.FinalWeights, StringComparison.Ordinal);
        Assert.Equal(
            [SegmentEnd.DeviceLost, SegmentEnd.BudgetReached], record.Trials[0].Segments.Where(s => s.IsExport).Select(s => s.End));
    }
}
