using System.Net;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;

namespace AutoSelect.Device.Tests;

/// <summary>
/// Ranks that meet at a real control side and connect to each other, each on a thread of its own as in its device process.
/// </summary>
public sealed class RankMeetingTests(RankMeetingTests.ControlSide control) : IClassFixture<RankMeetingTests.ControlSide>
{
    private RankMeeting Meeting(LinkSpeed? link = null, TimeSpan? patience = null)
    {
        var options = LoopRun.Options(control.Server.Address) with { Link = link };
        var client = new ControlClient(options, new ControlServers(options), ControlHandler.Create(options), TimeProvider.System);
        return new(client, options, TimeProvider.System, NullLogger<RankMeeting>.Instance)
        {
            Patience = patience ?? TimeSpan.FromMinutes(5),
        };
    }

    private static RankPlacement Place(Guid token, int rank, int size = 2, long generation = 1) =>
        new() { Token = token, Generation = generation, Rank = rank, Size = size };

    private static Task<T> OnThread<T>(Func<Task<T>> work) => Task.Factory.StartNew(
        () => work().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    [Theory]
    [InlineData(null, "shared memory")]
    [InlineData("1Gbit,.1ms", "TCP slowed down in the process to 1000 Mbit/s")]
    public async Task Ranks_meet_and_add_up_their_values(string? link, string path)
    {
        var token = Guid.NewGuid();
        var speed = link is null ? null : LinkSpeed.Parse(link);

        var sums = await Task.WhenAll(Enumerable.Range(0, 3).Select(rank => OnThread(async () =>
        {
            using var group = await Meeting(speed).Form(Place(token, rank, size: 3), CancellationToken.None);
            float[] values = [rank + 1, 10 * (rank + 1)];
            group.AllReduce(values);
            group.Barrier();
            return (group.Rank, group.Generation, group.Description, values[0], values[1]);
        })));

        Assert.Equal([0, 1, 2], sums.Select(s => s.Rank));
        Assert.All(sums, s => Assert.Equal((1L, 6f, 60f), (s.Generation, s.Item4, s.Item5)));
        Assert.All(sums, s => Assert.StartsWith(path, s.Description));
    }

    [Fact]
    public async Task A_rank_that_never_comes_is_waited_for_until_patience_ends_and_the_reason_says_so()
    {
        var fault = await Assert.ThrowsAsync<GroupNotFormedException>(
            () => Meeting(patience: TimeSpan.FromSeconds(.1)).Form(Place(Guid.NewGuid(), 1), CancellationToken.None));

        Assert.Equal("the group of 2 ranks did not form: rank 1 waited 0.1 s for the others.", fault.Message);
    }

    [Fact]
    public async Task The_order_to_end_ends_the_wait_at_once()
    {
        using var work = new RunningWork(Testing.SimulatedJobs.Segment(token: 1));
        var waiting = OnThread(() => Meeting().Form(Place(Guid.NewGuid(), 0), work.Ordered));
        Assert.False(waiting.IsCompleted);

        work.Acknowledge(new ReportReply { Order = SegmentOrder.Abandon, AcknowledgedStep = -1 }, reported: null);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_rank_of_an_earlier_generation_is_refused_with_the_reason()
    {
        var token = Guid.NewGuid();
        var both = Enumerable.Range(0, 2).Select(rank => OnThread(async () =>
        {
            using var group = await Meeting().Form(Place(token, rank, generation: 7), CancellationToken.None);
            return group.Generation;
        }));
        var generations = await Task.WhenAll(both);
        Assert.Equal([7L, 7L], generations);

        var fault = await Assert.ThrowsAsync<GroupNotFormedException>(
            () => Meeting().Form(Place(token, 1, generation: 6), CancellationToken.None));

        Assert.Contains("Generation 6 of rank 1 is over: the group is at 7", fault.Message);
    }

    [Fact]
    public void Ranks_of_a_control_side_on_loopback_listen_there_alone() =>
        Assert.Equal(IPAddress.Loopback, LocalAddress.Towards(new Uri("http://127.0.0.1:30000")));

    /// <summary>One for all tests, whose groups have tokens of their own.</summary>
    public sealed class ControlSide : IAsyncLifetime
    {
        public InProcessTestCluster Cluster { get; } = Build();

        internal StandInServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Cluster.DeployAsync();
            Server = await StandInServer.Start(new StandInControl
            {
                Meeting = (placement, address, patience) =>
                    Cluster.Client.GetGrain<IRendezvousGrain>(placement.Token.ToString("N")).Meet(placement, address, patience),
            });
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Cluster.DisposeAsync();
        }

        private static InProcessTestCluster Build()
        {
            var builder = new InProcessTestClusterBuilder(1);
            builder.ConfigureSilo((_, silo) => silo.Services.AddSingleton(TimeProvider.System).AddSingleton<AutoSelectTelemetry>());
            return builder.Build();
        }
    }
}
