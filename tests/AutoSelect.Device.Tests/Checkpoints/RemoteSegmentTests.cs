using System.Security.Cryptography;
using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Device.Checkpoints;
using AutoSelect.Testing;
using AutoSelect.Testing.Checkpoints;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Device.Tests.Checkpoints;

/// <summary>A segment in terms of local files, whose checkpoints are in a stand-in for a store.</summary>
public sealed class RemoteSegmentTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();
    private readonly CheckpointStores stores = new();
    private readonly FakeTimeProvider time = new();

    private S3StandIn server = null!;

    public async ValueTask InitializeAsync()
    {
        AwsCredentials.Set();
        server = await S3StandIn.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        stores.Dispose();
        folder.Dispose();
    }

    private string Place => CheckpointUri.Below(server.Place, "job");

    private SegmentAssignment Segment(Checkpoint? from = null) => Testing.SimulatedJobs.Segment(token: 1) with
    {
        Folder = CheckpointUri.Below(Place, "checkpoints/t01"),
        From = from,
    };

    [Fact]
    public async Task Training_sees_local_files_and_the_control_side_what_the_store_has()
    {
        var from = Stored(3, "old state");
        using var work = new RunningWork(Segment(from));
        var report = await Run(work, (local, observer) =>
        {
            Assert.Equal("old state", File.ReadAllText(local.From!.Uri));
            observer.OnCheckpoint(Written(local, 7, "new state"));
            return Ended(work, 7);
        });
        Assert.Equal(SegmentEnd.BudgetReached, report.End);
        Assert.Equal((CheckpointUri.Below(work.Assignment.Folder, "7.safetensors"), 7), (report.Checkpoint!.Uri, report.Checkpoint.Step));
        Assert.Equal(from, report.Checkpoint.Before);
        Assert.Equal("new state"u8.ToArray(), server["jobs/job/checkpoints/t01/7.safetensors"]);
        Assert.Equal(report.Checkpoint, work.Report().Checkpoint);
    }

    [Fact]
    public async Task A_trial_in_memory_is_not_fetched_and_a_checkpoint_that_the_store_has_is_not_brought_again()
    {
        var from = Stored(3, "state");
        using var work = new RunningWork(Segment(from));
        var before = server.Requests.Count;
        var report = await Run(work, (local, observer) =>
        {
            observer.OnCheckpoint(local.From!);
            return Ended(work, 3);
        }, isHeld: true);
        Assert.Equal(from, report.Checkpoint);
        Assert.Equal(before, server.Requests.Count);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("shorter")]
    [InlineData("missing")]
    public async Task A_checkpoint_that_is_not_what_was_written_ends_the_segment_before_it_trains(string how)
    {
        var from = Stored(3, "state");
        if (how == "missing") server.Remove("jobs/job/checkpoints/t01/3.safetensors");
        else server["jobs/job/checkpoints/t01/3.safetensors"] = how == "damaged" ? "stAte"u8.ToArray() : "sta"u8.ToArray();
        using var work = new RunningWork(Segment(from));
        var running = Run(work, (_, _) => throw new InvalidOperationException("it trained"));
        await Fault(work, running);
        await Pass(running);
        var report = await running;
        Assert.Equal(SegmentEnd.CheckpointUnusable, report.End);
        Assert.Contains("3.safetensors", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_away_at_the_beginning_is_waited_for_and_said()
    {
        var from = Stored(3, "state");
        server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(503, "SlowDown"));
        using var work = new RunningWork(Segment(from));
        var running = Run(work, (_, _) => Ended(work, 3));
        await Fault(work, running);
        Assert.Contains("503", work.Report().StoreFault, StringComparison.Ordinal);
        server.Fault = _ => Task.FromResult<StandInFault?>(null);
        await Pass(running);
        Assert.Equal(SegmentEnd.BudgetReached, (await running).End);
        Assert.Empty(work.Report().StoreFault);
    }

    [Fact]
    public async Task An_order_to_end_is_followed_while_the_store_is_away()
    {
        server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(503, "SlowDown"));
        using var work = new RunningWork(Segment(Stored(3, "state")));
        var running = Run(work, (_, _) => throw new InvalidOperationException("it trained"));
        await Fault(work, running);
        work.Order = SegmentOrder.Interrupt;
        Assert.Equal(SegmentEnd.Interrupted, (await running.WaitAsync(Bound, Ct)).End);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_at_the_end_leaves_the_older_checkpoint_in_force()
    {
        var from = Stored(3, "state");
        using var work = new RunningWork(Segment(from));
        var running = Run(work, (local, observer) =>
        {
            server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(507, "InsufficientStorage"));
            observer.OnCheckpoint(Written(local, 7, "new state"));
            return Ended(work, 7);
        });
        await Fault(work, running);
        await Pass(running);
        var report = await running;
        Assert.Equal((SegmentEnd.StorageFailed, from), (report.End, report.Checkpoint));
        Assert.Contains("takes no more", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Final_weights_are_in_the_store_with_all_that_was_written_beside_them()
    {
        var from = Stored(3, "state");
        using var work = new RunningWork(Segment(from) with { ExportTo = CheckpointUri.Below(Place, "final.safetensors") });
        var report = await Run(work, (local, observer) =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(local.ExportTo!)!);
            File.WriteAllText(local.ExportTo!, "weights");
            File.WriteAllText(Path.ChangeExtension(local.ExportTo!, ".pt"), "script");
            return Ended(work, 3) with { Final = new FinalWeights { Uri = local.ExportTo!, Value = 1, IsAveraged = false } };
        });
        Assert.Equal(work.Assignment.ExportTo, report.Final!.Uri);
        Assert.Equal(("weights", "script"), (Text("jobs/job/final.safetensors"), Text("jobs/job/final.pt")));
    }

    [Fact]
    public async Task The_beginning_of_another_trial_is_in_the_store_before_any_later_checkpoint_is_told()
    {
        var branch = new Branch(5, CheckpointUri.Below(Place, "checkpoints/branches/t02.safetensors"));
        using var work = new RunningWork(Segment() with { Branches = [branch] });
        await Run(work, (local, observer) =>
        {
            observer.OnBranch(Written(local.Branches[0].Uri, 5, "beginning"));
            observer.OnCheckpoint(Written(local, 5, "state"));
            return Ended(work, 5);
        });
        Assert.Equal("beginning", Text("jobs/job/checkpoints/branches/t02.safetensors"));
        Assert.Equal(["PUT jobs/job/checkpoints/branches/t02.safetensors", "PUT jobs/job/checkpoints/t01/5.safetensors"],
            server.Requests.Where(r => r.StartsWith("PUT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_time_that_a_segment_waits_is_charged_to_it()
    {
        using var work = new RunningWork(Segment(Stored(3, "state")));
        server.Fault = _ =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult<StandInFault?>(null);
        };
        var report = await Run(work, (_, observer) =>
        {
            observer.OnProgress(4, 1, 1, 1, null);
            return Ended(work, 4);
        });
        Assert.True(work.Report().OverheadSeconds >= 5, $"{work.Report().OverheadSeconds} s of overhead are told");
        Assert.True(report.OverheadSeconds >= 4, $"{report.OverheadSeconds} s of overhead are reported");
    }

    private string Text(string key) => System.Text.Encoding.UTF8.GetString(server[key]);

    private Checkpoint Stored(long step, string state)
    {
        server[$"jobs/job/checkpoints/t01/{step}.safetensors"] = System.Text.Encoding.UTF8.GetBytes(state);
        return Named(CheckpointUri.Below(Place, $"checkpoints/t01/{step}.safetensors"), step, state);
    }

    private static Checkpoint Written(SegmentAssignment local, long step, string state) =>
        Written(Path.Combine(local.Folder, $"{step}.safetensors"), step, state);

    private static Checkpoint Written(string path, long step, string state)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, state);
        return Named(path, step, state);
    }

    private static Checkpoint Named(string uri, long step, string state)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(state);
        return new() { Uri = uri, Step = step, Bytes = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }

    private static SegmentReport Ended(RunningWork work, long step) =>
        work.Report() with { Step = step, Checkpoint = null, End = SegmentEnd.BudgetReached };

    private Task<SegmentReport> Run(
        RunningWork work, Func<SegmentAssignment, Training.Segments.ISegmentObserver, SegmentReport> train, bool isHeld = false) =>
        Task.Run(() =>
        {
            using var segment = new RemoteSegment(work, stores, folder["local"], time);
            Directory.CreateDirectory(folder["local"]);
            return segment.Run(isHeld, train);
        });

    /// <summary>Waits until a segment says what is wrong with the store, or has ended: only then may time pass without a race.</summary>
    private static async Task Fault(RunningWork work, Task ended)
    {
        var patience = Patience();
        while (work.Report().StoreFault.Length == 0 && !ended.IsCompleted)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience);
    }

    private async Task Pass(Task until)
    {
        var patience = Patience();
        while (!until.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience);
        }
    }

    private static CancellationToken Patience() => new CancellationTokenSource(Bound).Token;
}
