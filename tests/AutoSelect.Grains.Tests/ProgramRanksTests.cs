using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Trials of a training program on several devices at once; what the program does is simulated.</summary>
public sealed class ProgramRanksTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static SimulatedTraining Training() => new SimulatedTraining().Ends("wide", 0.95).Ends("narrow", 0.5);

    /// <summary>The first candidate has several ranks; a step is the unit of a program, so its batch size is 1.</summary>
    private static JobSpec Spec(int ranks, string policy, params string[] narrow)
    {
        var spec = SimulatedJobs.BestAtHorizon(["wide", .. narrow]);
        return spec with
        {
            Policy = policy,
            Workload = new WorkloadReference
            {
                Name = "program",
                Program = new ProgramReference { Command = ["program"], Metric = "accuracy", Direction = Direction.Maximize },
            },
            Candidates = [.. spec.Candidates.Select((c, i) => c with
            {
                Strategy = "program",
                BatchSize = 1,
                Schedule = c.Schedule with { HorizonEpochs = 1 },
                Ranks = i == 0 ? ranks : 1,
            })],
            Checkpoints = new CheckpointPolicy { EverySeconds = 0.05 },
        };
    }

    [Fact]
    public async Task It_takes_as_many_devices_as_it_has_ranks_and_beside_it_others_take_one()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        SimulatedDevice[] devices =
            [cluster.AddDevice("d0", Training()), cluster.AddDevice("d1", Training()), cluster.AddDevice("d2", Training())];

        await cluster.Submit("job", Spec(2, "successive-halving", "narrow") with { Probe = new ProbeBudget { Devices = 3 } });
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal("wide", record[record.Outcome!.Winner!.Value].Candidate.Name);
        Assert.All(record.Trials[0].Segments[..^1], s => Assert.Equal(2, s.Devices));
        Assert.All(record.Trials[1].Segments, s => Assert.Equal(1, s.Devices));
        var together = devices.SelectMany(d => d.Taken).Where(a => a.Placement is not null).ToList();
        Assert.All(together, a => Assert.Equal((2, 2, "none"), (a.Placement!.Size, a.Candidate.Ranks, a.Candidate.Communication)));
        Assert.All(together.GroupBy(a => a.Placement!.Token), group =>
        {
            Assert.Equal([0, 1], group.Select(a => a.Placement!.Rank).Order());
            Assert.Single(group.Select(a => a.From?.Uri).Distinct());
        });
    }

    [Fact]
    public async Task With_devices_less_for_good_it_goes_on_with_as_many_as_divide_its_ranks()
    {
        var time = new ShiftedTime();
        await using var cluster = await ControlCluster.Start(folder.Path, time);
        var hold = new Hold(a => a.From is not null);
        foreach (var id in (string[])["d0", "d1", "d2"]) cluster.AddDevice(id, Training());
        var dying = cluster.AddDevice("d3", Training(), hold.Before);
        await cluster.Submit("job", Spec(4, "current-best") with { Probe = new ProbeBudget { Devices = 4 } });
        await hold.Reached;
        await cluster.Lose(dying);
        await cluster.Until(
            "job", r => r.Trials[0].Segments.Any(s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost), "lost a rank");
        // Nobody has joined for as long as is waited for.
        time.Advance(TimeSpan.FromHours(1));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        var segments = record.Trials[0].Segments;
        Assert.Equal(4, segments[0].Devices);
        var after = segments.SkipWhile(s => s.End is not (SegmentEnd.DeviceLost or SegmentEnd.RankLost)).Skip(1).Where(s => !s.IsExport);
        Assert.NotEmpty(after);
        Assert.All(after, s => Assert.Equal(2, s.Devices));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_lost_rank_is_followed_by_a_gang_of_others_from_the_checkpoint(int lostRank)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var held = new TaskCompletionSource<string>();
        var devices = new Dictionary<string, SimulatedDevice>();
        Task Hold(string device, SegmentAssignment a)
        {
            if (a.From is null || a.Placement?.Rank != lostRank || held.Task.IsCompleted) return Task.CompletedTask;
            held.TrySetResult(device);
            return Task.Delay(Timeout.Infinite);
        }
        foreach (var id in (string[])["d0", "d1"]) devices[id] = cluster.AddDevice(id, Training(), a => Hold(id, a));
        await cluster.Submit("job", Spec(2, "current-best"));
        await cluster.Lose(devices[await held.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)]);
        cluster.AddDevice("d2", Training());
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal(1, record.Trials[0].Restarts);
        var lost = Assert.Single(record.Trials[0].Segments, s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost);
        var next = record.Trials[0].Segments.First(s => s.StartedAt > lost.StartedAt);
        Assert.Equal((2, lost.FromStep), (next.Devices, next.FromStep));
    }
}
