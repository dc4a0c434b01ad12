using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Reports of several devices of one job that come while a write is under way.</summary>
public sealed class ReportGroupTests : IAsyncLifetime
{
    private static readonly string[] Names = ["good", "bad", "fair", "late"];

    private readonly TemporaryFolder folder = new();
    private readonly SimulatedTraining training = FaultJobs.Training();
    private readonly CallFaults calls = new();
    private readonly SegmentAssignment[] work = new SegmentAssignment[Names.Length];
    private FaultyStore store = null!;
    private ControlCluster cluster = null!;
    private int told;

    private static TimeSpan Patience => TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Each candidate on a device of its own, none of which says anything by itself.</summary>
    public async ValueTask InitializeAsync()
    {
        cluster = await ControlCluster.Start(
            folder.Path, over: s => store = new FaultyStore(s), calls: calls, quiet: TimeSpan.FromHours(1));
        var holds = Names.Select(_ => new Hold()).ToList();
        for (var i = 0; i < Names.Length; i++) cluster.AddDevice($"d{i}", training, holds[i].Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon(Names) with
        {
            Policy = "exhaustive",
            Probe = new ProbeBudget { Devices = Names.Length, Price = 0 },
        });
        for (var i = 0; i < Names.Length; i++) work[i] = await holds[i].Reached.WaitAsync(Patience, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task They_are_stored_by_one_write_and_none_is_answered_before_it()
    {
        var before = (await cluster.Events("job")).Count;
        var (first, waiting) = await WhileTheFirstIsStored(1, 2, 3);
        var second = store.HoldAppend(c => c is SegmentReported);
        first.Write.Release();

        Assert.Equal(10, (await first.Answer.WaitAsync(Patience, Ct)).AcknowledgedStep);
        Assert.Equal(3, (await second.Reached).Count);
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        Assert.Equal(before + 1, (await cluster.Events("job")).Count);
        second.Release();
        foreach (var answer in waiting)
            Assert.Equal((10, SegmentOrder.Continue), Seen(await answer.WaitAsync(Patience, Ct)));

        var events = await cluster.Events("job");
        Assert.Equal(Enumerable.Range(1, before + 4), events.Select(e => (int)e.Number));
        Assert.Equal([0, 1, 2, 3], events.Skip(before).Select(e => Of(((SegmentReported)e.Change).Trial)));
        Assert.All((await cluster.Record("job")).Trials, t => Assert.Equal([10], t.Curve.Select(p => p.Step)));
    }

    [Fact]
    public async Task One_that_is_refused_is_refused_alone()
    {
        var (first, waiting) = await WhileTheFirstIsStored(1, 2, 3, refused: 2);
        first.Write.Release();

        await Assert.ThrowsAsync<ForeignLeaseException>(() => waiting[1].WaitAsync(Patience, Ct));
        Assert.Equal(10, (await waiting[0].WaitAsync(Patience, Ct)).AcknowledgedStep);
        Assert.Equal(10, (await waiting[2].WaitAsync(Patience, Ct)).AcknowledgedStep);
        var record = await cluster.Record("job");
        Assert.Equal([1, 1, 0, 1], work.Select(w => record[w.Trial].Curve.Length));
    }

    [Fact]
    public async Task Where_their_write_fails_all_of_them_are_told_and_what_is_said_again_is_stored_once()
    {
        var (first, waiting) = await WhileTheFirstIsStored(1, 2, 3);
        var second = store.HoldAppend(c => c is SegmentReported);
        first.Write.Release();
        await second.Reached;
        var failed = store.FailAppends(c => c is SegmentReported);
        second.Release();

        await failed.WaitAsync(Patience, Ct);
        foreach (var answer in waiting) await Assert.ThrowsAsync<StoreUnavailableException>(() => answer.WaitAsync(Patience, Ct));
        Assert.Equal(10, (await first.Answer.WaitAsync(Patience, Ct)).AcknowledgedStep);
        foreach (var device in (int[])[0, 1, 2, 3]) Assert.Equal(10, (await Tell(device, 10)).AcknowledgedStep);
        Assert.All((await cluster.Record("job")).Trials, t => Assert.Equal([10], t.Curve.Select(p => p.Step)));
    }

    [Fact]
    public async Task What_was_stored_before_the_control_side_was_lost_is_not_stored_again_when_it_is_said_again()
    {
        var (first, waiting) = await WhileTheFirstIsStored(1, 2, 3);
        var second = store.HoldAppend(c => c is SegmentReported);
        first.Write.Release();
        await second.Reached;
        // As for one that is killed between the write and the answers.
        var lost = store.FailAppends(c => c is SegmentReported, isStored: true);
        second.Release();
        await lost.WaitAsync(Patience, Ct);
        foreach (var answer in waiting) await Assert.ThrowsAsync<StoreUnavailableException>(() => answer.WaitAsync(Patience, Ct));
        await ControlCluster.Deactivate(cluster.Job("job"));

        foreach (var device in (int[])[0, 1, 2, 3]) Assert.Equal(10, (await Tell(device, 10)).AcknowledgedStep);
        Assert.All((await cluster.Record("job")).Trials, t => Assert.Equal([10], t.Curve.Select(p => p.Step)));
        var events = await cluster.Events("job");
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => (int)e.Number));
    }

    [Fact]
    public async Task One_that_comes_twice_counts_once_and_is_acknowledged_when_it_is_stored()
    {
        var (first, waiting) = await WhileTheFirstIsStored(1, 1, 1);
        var second = store.HoldAppend(c => c is SegmentReported);
        first.Write.Release();
        Assert.Single(await second.Reached);
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        second.Release();

        foreach (var answer in waiting) Assert.Equal(10, (await answer.WaitAsync(Patience, Ct)).AcknowledgedStep);
        Assert.Equal([10], (await cluster.Record("job"))[work[1].Trial].Curve.Select(p => p.Step));
    }

    [Fact]
    public async Task Where_another_writer_was_first_all_are_told_and_the_state_is_read_again()
    {
        var (first, waiting) = await WhileTheFirstIsStored(1, 2, 3);
        var (events, after) = JobFold.Next(
            await cluster.Record("job"), [new JobRequested(JobRequest.Resume())], TimeProvider.System.GetUtcNow());
        await cluster.Jobs.Append(ControlCluster.IdOf("job"), after.Version - 1, events, null);
        first.Write.Release();

        foreach (var answer in waiting.Prepend(first.Answer))
            await Assert.ThrowsAsync<VersionConflictException>(() => answer.WaitAsync(Patience, Ct));
        foreach (var device in (int[])[0, 1, 2, 3]) Assert.Equal(10, (await Tell(device, 10)).AcknowledgedStep);
        Assert.All((await cluster.Record("job")).Trials, t => Assert.Equal([10], t.Curve.Select(p => p.Step)));
    }

    [Fact]
    public async Task Those_that_wait_in_an_activation_that_ends_are_answered_or_can_be_said_again()
    {
        await UntilItLooksNoMore();
        var (first, waiting) = await WhileTheFirstIsStored(1, 2, 3);
        await ControlCluster.Deactivate(cluster.Job("job"));
        first.Write.Release();

        foreach (var answer in waiting.Prepend(first.Answer))
            Assert.Equal(10, (await answer.WaitAsync(Patience, Ct)).AcknowledgedStep);
        foreach (var device in (int[])[0, 1, 2, 3]) Assert.Equal(20, (await Tell(device, 20)).AcknowledgedStep);
        var sequence = await cluster.Events("job");
        Assert.Equal(Enumerable.Range(1, sequence.Count), sequence.Select(e => (int)e.Number));
        Assert.All((await cluster.Record("job")).Trials, t => Assert.Equal([10, 20], t.Curve.Select(p => p.Step)));
    }

    /// <summary>
    /// Until all have been heard of the job looks after them every moment. Such a look waits for a write that is held, and the end of the
    /// activation for the look.
    /// </summary>
    private async Task UntilItLooksNoMore()
    {
        foreach (var device in (int[])[0, 1, 2, 3]) await Tell(device, 0, hasPoint: false);
        // This look puts the next one off; what is refused comes after it, and after one that was due before.
        var looked = calls.Begun(nameof(IJobGrain.Wake));
        await cluster.Job("job").Wake();
        await calls.UntilBegun(nameof(IJobGrain.Wake), looked + 1);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => cluster.Job("job").Request(JobRequest.StopTrial(new TrialId("t99"), "")));
    }

    /// <summary>Has the first device report, and three others in order while that is being stored.</summary>
    /// <param name="one">Number of the first of them.</param>
    /// <param name="two">Of the second.</param>
    /// <param name="three">Of the third.</param>
    /// <param name="refused">Number of the one that reports of what it was not given; null for none.</param>
    private async Task<((HeldAppend Write, Task<ReportReply> Answer) First, List<Task<ReportReply>> Waiting)> WhileTheFirstIsStored(
        int one, int two, int three, int? refused = null)
    {
        var write = store.HoldAppend(c => c is SegmentReported);
        var first = Tell(0, 10);
        await write.Reached;
        await calls.UntilBegun(nameof(IJobGrain.Report), told);
        var waiting = new List<Task<ReportReply>>();
        foreach (var device in (int[])[one, two, three])
        {
            waiting.Add(Tell(device, 10, isForeign: device == refused));
            await calls.UntilBegun(nameof(IJobGrain.Report), told);
        }
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        return ((write, first), waiting);
    }

    private Task<ReportReply> Tell(int device, long step, bool isForeign = false, bool hasPoint = true)
    {
        told++;
        return cluster.Job("job").Report(new DeviceId($"d{device}"), new SegmentReport
        {
            Job = work[device].Job,
            Trial = work[device].Trial,
            LeaseToken = work[device].LeaseToken + (isForeign ? 1000 : 0),
            Step = step,
            Points = hasPoint ? [training.Point(work[device].Candidate, step)] : [],
        });
    }

    private int Of(TrialId trial) => Array.FindIndex(work, w => w.Trial == trial);

    private static (long, SegmentOrder) Seen(ReportReply reply) => (reply.AcknowledgedStep, reply.Order);
}
