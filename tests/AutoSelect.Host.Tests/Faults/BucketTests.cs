using System.Diagnostics;
using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;
using AutoSelect.Planning;
using AutoSelect.Testing;
using AutoSelect.Testing.Checkpoints;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>Real device processes whose checkpoints are in a bucket of a real server, OpenStack Swift.</summary>
public sealed class BucketTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly CheckpointStores stores = new();
    private SwiftServer? swift;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        AwsCredentials.Set();
        swift = await SwiftServer.Start();
    }

    public async ValueTask DisposeAsync()
    {
        stores.Dispose();
        if (swift is not null && TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', swift.Faults()));
        if (swift is not null) await swift.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_job_whose_device_is_killed_goes_on_from_the_bucket_and_ends_with_its_weights_there()
    {
        var place = await Place();
        JobRecord record;
        await using (var session = await Open(place))
        {
            var job = await session.Submit(FaultyJobs.Spec(epochs: 60, examples: 8000, ("only", 20)));
            var running = await session.Until(job, r => r.Trials[0].Checkpoint is not null && r.TrainingProcesses().Any());
            var checkpoint = running.Trials[0].Checkpoint!;
            Assert.StartsWith("s3://", checkpoint.Uri, StringComparison.Ordinal);
            Assert.Equal(64, checkpoint.Sha256!.Length);

            Process.GetProcessById(running.TrainingProcesses().First()).Kill();
            record = await session.UntilEnded(job);

            Assert.True(record.Phase == JobPhase.Completed, $"{record.Outcome!.Summary} {record.Trials[0].Reason}");
            var lost = Assert.Single(record.Trials[0].Segments, s => s.End == SegmentEnd.DeviceLost);
            var heir = record.Trials[0].Segments.First(s => s.LeaseToken > lost.LeaseToken);
            Assert.True(heir.FromStep >= checkpoint.Step, $"went on from step {heir.FromStep}");
            Assert.Equal(CheckpointUri.Below(place, $"{job}/final.safetensors"), record.Outcome!.FinalWeights);
            Assert.False(Directory.Exists(Path.Combine(record.Folder, "checkpoints")), "checkpoints are in the job's folder");
            // What nobody needs goes as soon as the control side has swept.
            await Until(async () => (await Names(place)).SequenceEqual([$"{record.Id}/final.safetensors"]), place);
        }
        using var unattended = new UnattendedControl(
            new ControlPaths(folder.Path), new JobPlanner(ControlComposition.Catalogue), TimeProvider.System);
        await unattended.Delete(record);
        Assert.Empty(await Names(place));
    }

    [Fact]
    public async Task A_bucket_that_is_full_holds_up_checkpoints_alone_and_is_said_to_be()
    {
        var place = await Place();
        await using var session = await Open(place);
        var job = await session.Submit(FaultyJobs.Spec(epochs: 200, examples: 8000, ("only", 20)));
        var before = await session.Until(job, r => r.Trials[0].Checkpoint is not null && r.TrainingProcesses().Any());
        await swift!.SetQuota(place, 1);
        var full = await session.Until(job, r => r.Notice.Contains("takes no more", StringComparison.Ordinal));
        var later = await session.Until(job, r => r.HasEnded || r.Trials[0].LastPoint() > full.Trials[0].LastPoint());

        Assert.False(later.HasEnded, later.Outcome?.Summary);
        Assert.True(later.IsRunning && !later.Pausing, $"{later.Phase}");
        Assert.Single(later.Trials[0].Segments, s => s.EndedAt is null);
        Assert.Equal(full.Trials[0].Checkpoint, later.Trials[0].Checkpoint);
        await swift.SetQuota(place, null);
        var again = await session.Until(job, r => r.HasEnded || r.Trials[0].SafeStep() > later.Trials[0].SafeStep());
        Assert.True(again.HasEnded ? again.Phase == JobPhase.Completed : again.Notice.Length == 0, again.Notice);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_detected_and_the_trial_goes_on_from_the_one_before()
    {
        var place = await Place();
        var job = new JobId("faults-1");
        Checkpoint damaged;
        await using (var session = await Open(place))
        {
            await session.Submit(FaultyJobs.Spec(epochs: 60, examples: 8000, ("only", 20)));
            await session.Until(job, r => r.Trials[0].Checkpoint?.Before is not null);
            await session.Request(job, JobRequest.Pause());
            var paused = await session.Until(job, r => r.Phase == JobPhase.Paused);
            damaged = paused.Trials[0].Checkpoint!;
        }
        await swift!.Damage(damaged.Uri);
        await using (var session = await Open(place, job))
        {
            await session.Request(job, JobRequest.Resume());
            var record = await session.UntilEnded(job);
            Assert.Equal(JobPhase.Completed, record.Phase);
            var refused = Assert.Single(record.Trials[0].Segments, s => s.End == SegmentEnd.CheckpointUnusable);
            Assert.Equal(damaged.Before!.Step, record.Trials[0].Segments.First(s => s.LeaseToken > refused.LeaseToken).FromStep);
        }
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_said_before_anything_starts()
    {
        var none = (await Place()).Replace("s3://bucket", "s3://no-bucket", StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<EnvironmentFaultException>(() => Open(none));
        Assert.Contains("no-bucket", fault.Message, StringComparison.Ordinal);
    }

    private async Task<string> Place()
    {
        if (swift is null) Assert.Skip(SwiftServer.NotHere);
        return await swift.CreateBucket();
    }

    private Task<IControlSession> Open(string place, JobId? job = null) => new ControlFactory(TimeProvider.System).Open(
        new ControlOptions(folder.Path, Devices: 1, job, place) { Leases = RealSession.Patient }, CancellationToken.None);

    private async Task<List<string>> Names(string place)
    {
        var names = new List<string>();
        await foreach (var file in stores.Open(place).List("", Cancelled)) names.Add(file.Name);
        return names;
    }

    private async Task Until(Func<Task<bool>> condition, string place)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (!await condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"Still there: {string.Join(", ", await Names(place))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancelled);
        }
    }
}
