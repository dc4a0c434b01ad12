using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Jobs whose runs clients ask for and train elsewhere.</summary>
public sealed class ElsewhereJobTests : IDisposable
{
    private static readonly ProbeBudget OneAtATime = new() { Devices = 1, Price = 0 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static double Value(Candidate candidate, long step) =>
        (candidate.Name == "good" ? .95 : .6) * (1 - Math.Exp(-step / 100.0));

    [Theory]
    [InlineData("successive-halving")]
    [InlineData("insured")]
    public async Task Two_clients_train_a_job_to_its_target_and_its_record_says_where(string policy)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        // What the pool has is nothing to it.
        var device = cluster.AddDevice("d0", new SimulatedTraining());
        // An insured race tries for the target as long as its baseline trains, whatever it makes of the clients' paces.
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good", "bad").Elsewhere() with { Policy = policy });
        var (first, second) = (new ToldClient(cluster, "job", "c1"), new ToldClient(cluster, "job", "c2"));
        // Each has something to train before the other may have done all.
        await first.Ask();
        await second.Ask();
        await Task.WhenAll(first.Train(Value), second.Train(Value))
            .WaitAsync(TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);

        var record = await cluster.UntilEnded("job");
        Assert.True(record is { Phase: JobPhase.Completed, Outcome.ObjectiveMet: true }, record.Outcome!.Summary);
        var winner = record.Trials.Single(t => t.Id == record.Outcome.Winner);
        Assert.Equal("good", winner.Candidate.Name);
        Assert.Matches("^elsewhere:c[12]/good/[0-9]+$", record.Outcome.Checkpoint);
        Assert.Null(record.Outcome.FinalWeights);
        var name = record.Outcome.Checkpoint!["elsewhere:".Length..];
        Assert.EndsWith($"it was trained elsewhere, and its client keeps it as {name}", record.Outcome.Summary);
        Assert.All(record.Devices, d => Assert.Equal(DeviceKind.Elsewhere, d.Kind));
        Assert.Equal(2, record.Devices.Length);
        Assert.Null((await cluster.Pool.List()).Single(d => d.Device.Id.Value == "d0").Lease);
        Assert.NotNull(device);
    }

    [Fact]
    public async Task A_client_that_vanishes_has_its_run_go_on_with_whoever_asks_next_from_the_last_checkpoint_that_was_told()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good").Elsewhere() with { Probe = OneAtATime });
        var (first, second) = (new ToldClient(cluster, "job", "c1"), new ToldClient(cluster, "job", "c2"));
        var work = await first.Ask();
        await first.Tell(work, 10, .1, "c1/10");
        await first.Tell(work, 15, .15);
        await cluster.Pool.Silent(first.Device.Id, "it fell silent");

        var next = await second.Ask();
        Assert.Equal((work.Trial, 10L, "elsewhere:c1/10"), (next.Trial, next.From!.Step, next.From.Uri));
        Assert.Equal(TellOrder.Stop, (await first.Tell(work, 20, .2)).Order);
        Assert.Equal(TellOrder.Continue, (await second.Tell(next, 15, .3)).Order);
        var record = await cluster.Record("job");
        Assert.Equal(SegmentEnd.DeviceLost, record.Trials[0].Segments[0].End);
        Assert.Equal([.1, .15], record.Trials[0].Curve.Select(p => p.Value));
    }

    [Fact]
    public async Task Without_checkpoints_a_lost_run_begins_again_and_its_end_is_the_answer()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good").Elsewhere(resumes: false) with { Probe = OneAtATime });
        var first = new ToldClient(cluster, "job", "c1");
        await first.Tell(await first.Ask(), 40, .3);
        await cluster.Pool.Silent(first.Device.Id, "it fell silent");

        var second = new ToldClient(cluster, "job", "c2");
        var next = await second.Ask();
        Assert.Null(next.From);
        for (var step = 100L; step < 1000; step += 100)
            Assert.Equal(TellOrder.Continue, (await second.Tell(next, step, Value(next.Candidate, step))).Order);
        Assert.Equal(TellOrder.Done, (await second.Tell(next, 1000, .94)).Order);
        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, .94), (record.Phase, record.Outcome!.Value));
        Assert.EndsWith("it was trained elsewhere, and no checkpoint of it was named", record.Outcome.Summary);
    }

    [Fact]
    public async Task What_is_told_twice_counts_once_and_is_answered_the_same()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad").Elsewhere() with { Probe = OneAtATime });
        var client = new ToldClient(cluster, "job", "c1");
        var work = await client.Ask();
        Assert.Equal(work.LeaseToken, (await client.Ask()).LeaseToken);
        Assert.Equal((TellOrder.Continue, 10L), Read(await client.Tell(work, 10, .1)));
        Assert.Equal((TellOrder.Continue, 10L), Read(await client.Tell(work, 10, .1)));
        Assert.Equal((TellOrder.Done, work.UntilStep), Read(await client.Tell(work, work.UntilStep, .5, "x")));
        var version = (await cluster.Record("job")).Of(work.Candidate.Name);
        Assert.Equal((TellOrder.Done, work.UntilStep), Read(await client.Tell(work, work.UntilStep, .5, "x")));
        var after = (await cluster.Record("job")).Of(work.Candidate.Name);
        Assert.Equal([10, work.UntilStep], after.Curve.Select(p => p.Step));
        Assert.Equal((version.Segments.Length, version.Checkpoint), (after.Segments.Length, after.Checkpoint));

        static (TellOrder, long) Read(TellReply reply) => (reply.Order, reply.AcknowledgedStep);
    }

    [Fact]
    public async Task A_client_that_the_pool_does_not_know_yet_keeps_what_it_is_given_then()
    {
        var calls = new CallFaults();
        await using var cluster = await ControlCluster.Start(folder.Path, calls: calls);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad").Elsewhere() with { Probe = OneAtATime });
        var joining = calls.Hold(nameof(IDevicePoolGrain.Join));
        var client = new ToldClient(cluster, "job", "c1");
        var work = client.Ask();
        await joining.Happened;
        try
        {
            // The silence of a device is looked at while it joins.
            await calls.UntilBegun(nameof(IDevicePoolGrain.Heard), 2);
        }
        finally
        {
            joining.Stop();
        }
        Assert.Equal((await work).LeaseToken, (await client.Ask()).LeaseToken);
    }

    [Fact]
    public async Task A_client_that_asks_though_it_has_told_of_a_piece_has_lost_it()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good").Elsewhere() with { Probe = OneAtATime });
        var client = new ToldClient(cluster, "job", "c1");
        var work = await client.Ask();
        await client.Tell(work, 10, .1, "c1/10");
        await client.Tell(work, 20, .2);
        var again = await client.Ask();
        Assert.NotEqual(work.LeaseToken, again.LeaseToken);
        Assert.Equal(10, again.From!.Step);
        Assert.Equal(SegmentEnd.DeviceLost, (await cluster.Record("job")).Trials[0].Segments[0].End);
    }

    [Fact]
    public async Task What_a_client_gives_back_or_cannot_read_is_nobodys_fault()
    {
        await using var cluster = await ControlCluster.Start(folder.Path, lease: TimeSpan.FromSeconds(1));
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good").Elsewhere() with { Probe = OneAtATime });
        var (first, second) = (new ToldClient(cluster, "job", "c1"), new ToldClient(cluster, "job", "c2"));
        var work = await first.Ask();
        await first.Tell(work, 10, .1, "c1/10");
        Assert.Equal(TellOrder.Done, (await first.Tell(work, 15, end: TellEnd.GivenBack)).Order);
        // The first one asks no more: its device leaves, and takes no run with it.
        work = await second.Ask();
        Assert.Equal(10, work.From!.Step);
        Assert.Equal(TellOrder.Stop, (await second.Tell(work, 10, end: TellEnd.CheckpointUnusable)).Order);
        work = await second.Ask();
        Assert.Null(work.From);
        Assert.Equal(0, (await cluster.Record("job")).Trials[0].Restarts);
    }

    [Fact]
    public async Task News_of_what_was_given_to_nobody_or_to_another_client_change_nothing()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good").Elsewhere());
        var (client, other) = (new ToldClient(cluster, "job", "c1"), new ToldClient(cluster, "job", "c2"));
        var work = await client.Ask();
        await Assert.ThrowsAsync<ForeignLeaseException>(() => other.Tell(work, 10, .95, "x"));
        await Assert.ThrowsAsync<ForeignLeaseException>(() => client.Tell(work with { LeaseToken = work.LeaseToken + 1 }, 10, .95, "x"));
        var broken = await Assert.ThrowsAsync<ArgumentException>(() => client.Tell(work, 2000));
        Assert.Equal("step is 2000: the run of good has 1000 steps.", broken.Message);
        Assert.Empty((await cluster.Record("job")).Trials[0].Curve);
        Assert.Equal(TellOrder.Continue, (await client.Tell(work, 10, .1)).Order);
    }

    [Fact]
    public async Task A_job_has_no_more_clients_than_it_may()
    {
        await using var cluster = await ControlCluster.Start(folder.Path, mostClients: 1);
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good").Elsewhere());
        await cluster.Submit("next", SimulatedJobs.FastestTo(.9, "good").Elsewhere());
        var client = new ToldClient(cluster, "job", "c1");
        await client.Ask();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => new ToldClient(cluster, "job", "c2").Ask());
        Assert.Equal("Job job-1 has 1 client: it may have no more, such as 'c2'.", refused.Message);
        await client.Ask();
        await new ToldClient(cluster, "next", "c2").Ask();
    }

    [Fact]
    public async Task A_client_trains_on_though_its_grain_and_the_pools_are_started_anew()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good").Elsewhere() with { Probe = OneAtATime });
        var client = new ToldClient(cluster, "job", "c1");
        var work = await client.Ask();
        Assert.Equal(TellOrder.Continue, (await client.Tell(work, 10, .1)).Order);
        await ControlCluster.Deactivate(client.Grain);
        await ControlCluster.Deactivate(cluster.Pool);
        await ControlCluster.Deactivate(cluster.Job("job"));
        var reply = await client.Tell(work, 20, .2);
        Assert.Equal((TellOrder.Continue, 20L), (reply.Order, reply.AcknowledgedStep));
        Assert.Single((await cluster.Record("job")).Trials[0].Segments);
        Assert.NotNull((await cluster.Pool.List()).Single().Lease);
    }

    [Fact]
    public async Task A_job_that_pauses_has_its_clients_save_and_goes_on_from_there()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await cluster.Submit("job", SimulatedJobs.FastestTo(.9, "good").Elsewhere() with { Probe = OneAtATime });
        var client = new ToldClient(cluster, "job", "c1");
        var work = await client.Ask();
        await client.Tell(work, 10, .1);
        await cluster.Request("job", JobRequest.Pause());
        Assert.Equal(TellOrder.Pause, (await client.Tell(work, 20, .2)).Order);
        Assert.Equal(TellOrder.Done, (await client.Tell(work, 20, checkpoint: "c1/20")).Order);
        await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");
        await cluster.Request("job", JobRequest.Resume());
        Assert.Equal(20, (await client.Ask()).From!.Step);
    }
}
