using System.Collections.Immutable;
using System.Threading.Channels;
using AutoSelect.Api;
using AutoSelect.Contracts;

namespace AutoSelect.Device.Tests;

/// <summary>A stand-in for the control side: tells what devices said, and answers as the test has it.</summary>
internal sealed class StandInControl : IDeviceSide
{
    private readonly Channel<object> told = Channel.CreateUnbounded<object>();
    private readonly Channel<SegmentAssignment> work = Channel.CreateUnbounded<SegmentAssignment>();
    private long session;

    /// <summary>What is answered to a report; default to go on, with all points stored.</summary>
    public Func<SegmentReport, ReportReply> Answer { get; set; } =
        r => new ReportReply { Order = SegmentOrder.Continue, AcknowledgedStep = r.Points.IsEmpty ? -1 : r.Points[^1].Step };

    /// <summary>What is answered to who registers while it trains; default to go on.</summary>
    public Func<RunningSegment, ReportReply> Rejoin { get; set; } =
        _ => new ReportReply { Order = SegmentOrder.Continue, AcknowledgedStep = -1 };

    /// <summary>Other servers that devices are told of.</summary>
    public ImmutableArray<Uri> Servers { get; set; } = [];

    /// <summary>Where ranks meet; null where they do not.</summary>
    public Func<RankPlacement, RankAddress, TimeSpan, Task<ImmutableArray<RankAddress>?>>? Meeting { get; set; }

    public void Give(SegmentAssignment assignment) => work.Writer.TryWrite(assignment);

    /// <summary>From now on devices must register again.</summary>
    public void EndSession() => Interlocked.Increment(ref session);

    /// <summary>The next thing that a device says which is of a kind and like that; what it says before is passed over.</summary>
    public async Task<T> Hears<T>(Func<T, bool>? condition = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(LoopRun.Patience);
        while (true)
            if (await told.Reader.ReadAsync(patience.Token) is T said && condition?.Invoke(said) != false) return said;
    }

    public Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running)
    {
        told.Writer.TryWrite(new Registered(device, running));
        return Task.FromResult(new RegisterReply
        {
            Session = Interlocked.Increment(ref session),
            LeaseSeconds = 5,
            GraceSeconds = 60,
            Running = running is null ? new() { Order = SegmentOrder.Abandon, AcknowledgedStep = -1 } : Rejoin(running),
            Servers = Servers,
        });
    }

    public async Task<SegmentAssignment?> NextWork(DeviceId device, long session, TimeSpan patience, CancellationToken ct)
    {
        Check(session);
        told.Writer.TryWrite(new Waits());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(patience);
        try
        {
            return await work.Reader.ReadAsync(over.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    public Task<ReportReply> Report(DeviceId device, long session, SegmentReport report)
    {
        Check(session);
        var answer = Answer(report);
        told.Writer.TryWrite(report);
        return Task.FromResult(answer);
    }

    public Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<TellReply> Tell(DeviceDescription device, TellCall tell) => throw new NotSupportedException();

    public Task Leave(DeviceId device, long session)
    {
        Check(session);
        told.Writer.TryWrite(new Left());
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience) =>
        Meeting?.Invoke(placement, address, patience) ?? throw new NotSupportedException();

    private void Check(long called)
    {
        if (called != Interlocked.Read(ref session)) throw new StaleSessionException($"Session {called} is over.");
    }

    internal sealed record Registered(DeviceDescription Device, RunningSegment? Running);

    internal sealed record Waits;

    internal sealed record Left;
}
