using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Api.Tests;

/// <summary>A control side that knows one session and one lease of every device, and notes what it is told.</summary>
internal sealed class NotedDevices : IDeviceSide
{
    public const long Session = 7;
    public const long Token = 1;

    private readonly Lock mutex = new();

    public List<DeviceDescription> Registered { get; } = [];
    public List<SegmentReport> Reports { get; } = [];
    public List<DeviceId> Left { get; } = [];
    public List<RankAddress> Met { get; } = [];
    public List<(DeviceDescription Device, TellCall Tell)> Told { get; } = [];

    /// <summary>Clients that asked for work.</summary>
    public List<DeviceDescription> Asked { get; } = [];

    /// <summary>What those who ask for work get; null has them wait.</summary>
    public SegmentAssignment? Work { get; set; } = SimulatedJobs.Segment(Token);

    /// <summary>What every report ends with; null where it is taken.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Where all ranks of any group are; null while some have not come.</summary>
    public ImmutableArray<RankAddress>? Ranks { get; set; } = [new("host", 1, "machine")];

    /// <summary>How often anything was changed.</summary>
    public int Changes
    {
        get
        {
            lock (mutex) return Registered.Count + Reports.Count + Left.Count + Met.Count + Asked.Count + Told.Count;
        }
    }

    /// <summary>Completes when somebody waits for work.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running)
    {
        Check(device.Id, running?.LeaseToken ?? Token);
        lock (mutex) Registered.Add(device);
        return Task.FromResult(new RegisterReply
        {
            Session = Session,
            LeaseSeconds = 5,
            GraceSeconds = 60,
            Running = new() { Order = SegmentOrder.Continue, AcknowledgedStep = -1 },
            Servers = [new Uri("https://b.example:8443/")],
        });
    }

    public async Task<SegmentAssignment?> NextWork(DeviceId device, long session, TimeSpan patience, CancellationToken ct)
    {
        Check(device, session, Session);
        if (Work is not null || patience == TimeSpan.Zero) return Work;
        Waiting.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return null;
    }

    public Task<ReportReply> Report(DeviceId device, long session, SegmentReport report)
    {
        if (Fault is not null) return Task.FromException<ReportReply>(Fault);
        Check(device, session, Session);
        Check(device, report.LeaseToken);
        lock (mutex) Reports.Add(report);
        return Task.FromResult(new ReportReply { Order = SegmentOrder.Continue, AcknowledgedStep = report.Step });
    }

    public async Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience, CancellationToken ct)
    {
        lock (mutex) Asked.Add(device);
        if (Work is not null || patience == TimeSpan.Zero) return Work;
        Waiting.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return null;
    }

    public Task<TellReply> Tell(DeviceDescription device, TellCall tell)
    {
        if (Fault is not null) return Task.FromException<TellReply>(Fault);
        Check(device.Id, tell.Token);
        lock (mutex) Told.Add((device, tell));
        return Task.FromResult(new TellReply { Order = TellOrder.Pause, IsCommitted = true, AcknowledgedStep = tell.Step });
    }

    public Task Leave(DeviceId device, long session)
    {
        Check(device, session, Session);
        lock (mutex) Left.Add(device);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience)
    {
        if (placement.Rank >= placement.Size) throw new InvalidOperationException($"Rank {placement.Rank} of {placement.Size}.");
        lock (mutex) Met.Add(address);
        return Task.FromResult(Ranks);
    }

    private static void Check(DeviceId device, long session, long inForce)
    {
        if (session != inForce) throw new StaleSessionException($"Session {session} of device {device} is over.");
    }

    private static void Check(DeviceId device, long token)
    {
        if (token != Token) throw new ForeignLeaseException($"Lease token {token} was not given to device {device}.");
    }
}
