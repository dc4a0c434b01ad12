using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Running jobs that nobody holds are woken; the others are left in peace.</summary>
public sealed class SupervisorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CallFaults calls = new();

    public void Dispose() => folder.Dispose();

    private async Task<ControlCluster> WithJobThatWaitsForDevices()
    {
        var cluster = await ControlCluster.Start(folder.Path, calls: calls);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await cluster.Until("job", r => r.Rungs.Length > 0, "decided");
        await ControlCluster.UntilTrue(() => cluster.Leases.Demands().Result is [{ AdmittedAt: not null }], "was admitted");
        return cluster;
    }

    /// <summary>Rounds of the supervisor, and what is on its way at their beginning.</summary>
    private Task Rounds(int count) => calls.UntilBegun(nameof(ISupervisorGrain.Holds), calls.Begun(nameof(ISupervisorGrain.Holds)) + count);

    /// <summary>
    /// The fewest calls to the job and from it to the pool while something happens, in two attempts: rounds that a busy machine has put
    /// off come all at once, before what was under way at their beginning.
    /// </summary>
    private async Task<int> FewestCalls(Func<Task> during)
    {
        int Calls() => calls.Begun(nameof(IJobGrain.Wake)) + calls.Begun(nameof(IDevicePoolGrain.State));
        var fewest = int.MaxValue;
        for (var attempt = 0; attempt < 2 && fewest > 0; attempt++)
        {
            var before = Calls();
            await during();
            fewest = Math.Min(fewest, Calls() - before);
        }
        return fewest;
    }

    [Fact]
    public async Task A_job_that_is_held_and_of_which_there_is_no_news_is_called_by_nobody()
    {
        await using var cluster = await WithJobThatWaitsForDevices();
        await Rounds(3);
        Assert.Equal(0, await FewestCalls(() => Rounds(5)));
    }

    [Fact]
    public async Task A_job_that_nobody_holds_any_more_is_woken()
    {
        await using var cluster = await WithJobThatWaitsForDevices();
        await Rounds(3);
        var wakes = calls.Begun(nameof(IJobGrain.Wake));
        await ControlCluster.Deactivate(cluster.Job("job"));
        await calls.UntilBegun(nameof(IJobGrain.Wake), wakes + 1);
        cluster.AddDevice("d0", FaultJobs.Training());
        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("job")));
    }

    [Fact]
    public async Task A_supervisor_that_is_started_anew_asks_who_holds_what_before_it_wakes_anybody()
    {
        await using var cluster = await WithJobThatWaitsForDevices();
        await Rounds(3);
        Assert.Equal(0, await FewestCalls(async () =>
        {
            await ControlCluster.Deactivate(cluster.Grains.GetGrain<ISupervisorGrain>(ISupervisorGrain.Key));
            await Rounds(3);
        }));
    }

    [Fact]
    public async Task A_job_that_is_held_by_a_silo_that_says_nothing_any_more_is_woken()
    {
        await using var cluster = await WithJobThatWaitsForDevices();
        await Rounds(3);
        var wakes = calls.Begun(nameof(IJobGrain.Wake));
        var supervisor = cluster.Grains.GetGrain<ISupervisorGrain>(ISupervisorGrain.Key);
        var silent = SiloAddress.New(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1), 1);
        Assert.Equal(1, await supervisor.Holds(silent, []));
        await ControlCluster.Deactivate(cluster.Job("job"));
        // Not a member of the cluster: what it says it holds is held by nobody.
        await supervisor.Holds(silent, [ControlCluster.IdOf("job")]);
        await calls.UntilBegun(nameof(IJobGrain.Wake), wakes + 1);
    }

    [Fact]
    public async Task A_job_whose_wakes_all_get_lost_finds_out_by_itself()
    {
        await using var cluster = await ControlCluster.Start(folder.Path, calls: calls, quiet: TimeSpan.FromSeconds(.5));
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await cluster.Until("job", r => r.Rungs.Length > 0, "decided");
        calls.LoseCalls(nameof(IJobGrain.Wake));
        cluster.AddDevice("d0", FaultJobs.Training());

        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, "good"), (record.Phase, FaultJobs.WinnerOf(record)));
    }

    [Fact]
    public async Task A_grant_whose_wake_gets_lost_is_seen_by_the_next_look_of_the_silo()
    {
        await using var cluster = await WithJobThatWaitsForDevices();
        await Rounds(3);
        var lost = calls.LoseCalls(nameof(IJobGrain.Wake), times: 2);
        cluster.AddDevice("d0", FaultJobs.Training());
        await lost.Happened;
        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("job")));
    }
}
