using System.Threading.Channels;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Device.Tests;

/// <summary>The loop of a device against servers; the test is its training thread.</summary>
internal sealed class LoopRun : IAsyncDisposable
{
    /// <summary>Far longer than anything here takes on a busy machine: a test that would hang fails instead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Channel<RunningWork> given = Channel.CreateUnbounded<RunningWork>();
    private readonly OrphanWatch watch;
    private readonly ControlClient control;

    public LoopRun(ServeOptions options)
    {
        End = new ProcessEnd(TimeProvider.System, Log, () => Killed = true);
        watch = new OrphanWatch(longest: null, parent: null, End, TimeProvider.System);
        Servers = new ControlServers(options);
        control = new ControlClient(options, Servers, ControlHandler.Create(options), TimeProvider.System);
        Ended = new DeviceLoop(
            control, options, w => given.Writer.TryWrite(w), watch, End, TimeProvider.System, NullLogger<DeviceLoop>.Instance).Run();
    }

    public ProcessEnd End { get; }
    public StringWriter Log { get; } = new();
    public ControlServers Servers { get; }
    public bool Killed { get; private set; }

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Ended { get; }

    public static ServeOptions Options(params ApiAddress[] servers) => new()
    {
        Servers = [.. servers],
        Device = new DeviceId("d-0"),
        Kind = DeviceKind.Cpu,
        Index = 0,
        DataDirectory = "",
        LongestAnswer = Patience,
        LongestConnect = Patience,
    };

    /// <summary>The next segment that is to be trained.</summary>
    public async Task<RunningWork> Trains() =>
        await given.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>The exit code, once it has ended by itself.</summary>
    public Task<int> ExitCode() => Ended.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        End.Request("the test is over", isOrphaned: true);
        while (given.Reader.TryRead(out var work)) work.Ended(work.Report() with { End = SegmentEnd.Interrupted });
        control.Dispose();
        await Ended.WaitAsync(Patience);
        watch.Dispose();
        End.Dispose();
        Log.Dispose();
    }
}
