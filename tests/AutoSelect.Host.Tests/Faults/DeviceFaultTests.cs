using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>Real device processes that are really killed, abort, run out of memory, or cannot write.</summary>
public sealed class DeviceFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Candidates_that_abort_diverge_throw_or_want_too_much_memory_fail_with_a_reason_and_the_healthy_one_wins()
    {
        await using var session = await RealSession.Open(folder.Path, devices: 2);
        // All are trained to their ends, also those that would not be worth a try.
        var job = await session.Submit(FaultyJobs.Spec(epochs: 5, examples: 2000,
            ("healthy", 20), ("aborts", 13), ("too-large", 17), ("throws", 19), ("diverges", 23)) with
        { Policy = "exhaustive" });

        var record = await session.UntilEnded(job);

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal("healthy", record[record.Outcome!.Winner!.Value].Candidate.Name);
        Trial Of(string name) => record.Trials.Single(t => t.Candidate.Name == name);
        Assert.All(record.Trials.Where(t => t.Candidate.Name != "healthy"), t => Assert.Equal(TrialState.Failed, t.State));
        Assert.Contains("lost its device 3 times", Of("aborts").Reason);
        Assert.Equal(SegmentEnd.OutOfMemory, Of("too-large").Segments[^1].End);
        Assert.Contains("this batch size is refused", Of("throws").Reason);
        Assert.Equal(SegmentEnd.Diverged, Of("diverges").Segments[^1].End);
    }

    [Fact]
    public async Task A_killed_device_process_is_replaced_and_its_trial_goes_on_from_its_checkpoint()
    {
        await using var session = await RealSession.Open(folder.Path, devices: 1);
        var job = await session.Submit(FaultyJobs.Spec(epochs: 60, examples: 8000, ("only", 20)));
        var running = await session.Until(job,
            r => r.Trials[0] is { Checkpoint: not null, State: TrialState.Running or TrialState.Committed } && r.TrainingProcesses().Any());

        Process.GetProcessById(running.TrainingProcesses().First()).Kill();
        var record = await session.UntilEnded(job);

        Assert.True(record.Phase == JobPhase.Completed, $"{record.Outcome!.Summary} {record.Trials[0].Reason}");
        var lost = Assert.Single(record.Trials[0].Segments, s => s.End == SegmentEnd.DeviceLost);
        var heir = record.Trials[0].Segments.First(s => s.LeaseToken > lost.LeaseToken);
        Assert.True(heir.FromStep >= running.Trials[0].Checkpoint!.Step, $"went on from step {heir.FromStep}");
        Assert.Equal(record.Trials[0].Curve.Select(p => p.Step).Order().Distinct(), record.Trials[0].Curve.Select(p => p.Step));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_killed_rank_costs_the_steps_since_the_last_checkpoint_and_the_job_completes(int rank)
    {
        if (Environment.ProcessorCount < 2) Assert.Skip("two devices need two cores");
        await using var session = await RealSession.Open(folder.Path, devices: 2);
        var spec = FaultyJobs.Spec(epochs: 20, examples: 8000, ("only", 20));
        var job = await session.Submit(spec with { Candidates = [spec.Candidates[0] with { Ranks = 2, Communication = "fp32" }] });
        var running = await session.Until(job, r => r.Outcome is not null || (r.Trials[0] is
        {
            Checkpoint: not null, Segments: [
            .., { EndedAt: null, Devices: 2 }]
        } trial && trial.Segments[^1].ToStep > trial.Segments[^1].FromStep));
        Assert.True(running.Outcome is null, $"{running.Outcome?.Summary} {running.Trials[0].Reason}");

        var victim = running.Trials[0].Segments[^1].Members().ElementAt(rank).Device;
        Process.GetProcessById(running.Devices.First(d => d.Id == victim).ProcessId).Kill();
        var record = await session.UntilEnded(job);

        Assert.True(record.Phase == JobPhase.Completed, $"{record.Outcome!.Summary} {record.Trials[0].Reason}");
        var lost = Assert.Single(record.Trials[0].Segments, s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost);
        var heir = record.Trials[0].Segments.First(s => s.LeaseToken > lost.LeaseToken && s.StartedAt > lost.StartedAt);
        Assert.True(heir.FromStep >= running.Trials[0].Checkpoint!.Step, $"went on from step {heir.FromStep}");
        Assert.Equal(record.Trials[0].Curve.Select(p => p.Step).Order().Distinct(), record.Trials[0].Curve.Select(p => p.Step));
    }

    [Fact]
    public async Task A_full_disk_pauses_the_job_with_a_clear_reason_and_it_goes_on_when_there_is_space()
    {
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 24);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        await using (var session = await RealSession.Open(folder["disk"], devices: 1))
        {
            var job = await session.Submit(FaultyJobs.Spec(epochs: 60, examples: 8000, ("only", 20)));
            var before = await session.Until(job, r => r.Trials[0].Checkpoint is not null);
            disk.Fill();
            // A store that cannot be written holds the job where it is; nothing is acknowledged meanwhile.
            var stuck = await session.Until(job, r => r.Notice.Length > 0);

            Assert.Contains("disk", stuck.Notice, StringComparison.OrdinalIgnoreCase);
            Assert.True(File.Exists(stuck.Trials[0].Checkpoint!.Uri), "the checkpoint before is gone");
            disk.Free();
        }
        await using (var session = await RealSession.Open(folder["disk"], devices: 1))
        {
            await session.Request(new JobId("faults-1"), JobRequest.Resume());
            var record = await session.UntilEnded(new JobId("faults-1"));
            Assert.Equal(JobPhase.Completed, record.Phase);
        }
    }
}
