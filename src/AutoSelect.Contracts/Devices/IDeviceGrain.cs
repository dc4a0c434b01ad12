using System.Collections.Immutable;
using Orleans.Concurrency;

namespace AutoSelect.Contracts;

/// <summary>The control side's end of one device process. The key is the device's id. The process calls; it is never called.</summary>
[Alias("autoselect.IDeviceGrain")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>Called by a device process when it starts and after it lost the control side.</summary>
    /// <param name="device">What the process offers.</param>
    /// <param name="running">The assignment it still trains, to be told whether it may go on; null when idle.</param>
    /// <exception cref="ForeignLeaseException">What it says it trains was not given to it.</exception>
    [Alias("Register")] Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running);

    /// <summary>Waits for work for at most <paramref name="patience"/>; null when there is none.</summary>
    /// <exception cref="StaleSessionException">The session is over.</exception>
    [AlwaysInterleave, Alias("NextWork")] Task<SegmentAssignment?> NextWork(long session, TimeSpan patience);

    /// <summary>Reports progress and renews the lease.</summary>
    /// <exception cref="StaleSessionException">The session is over.</exception>
    /// <exception cref="ForeignLeaseException">What it reports of was not given to it.</exception>
    [AlwaysInterleave, Alias("Report")] Task<ReportReply> Report(long session, SegmentReport report);

    /// <summary>
    /// Waits for work for a client that trains elsewhere, and takes its device in where it is not. What it has told nothing of yet it gets
    /// again; one that asks though it has told of a piece has lost that.
    /// </summary>
    /// <param name="device">Stands for the client.</param>
    /// <param name="patience">Longest wait; below the silence that is borne.</param>
    /// <exception cref="InvalidOperationException">The job has too many clients already.</exception>
    [AlwaysInterleave, Alias("Ask")] Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience);

    /// <summary>Takes in what such a client tells, which renews its lease.</summary>
    /// <param name="device">Stands for the client.</param>
    /// <param name="tell">The news.</param>
    /// <exception cref="ForeignLeaseException">What it tells of was not given to it.</exception>
    /// <exception cref="ArgumentException">The news breaks a rule; the message gives the value and the rule.</exception>
    [AlwaysInterleave, Alias("Tell")] Task<TellReply> Tell(DeviceDescription device, TellCall tell);

    /// <summary>
    /// The process has said its last word and ends: the pool is without the device at once, and nothing that ran on it is to blame.
    /// </summary>
    /// <exception cref="StaleSessionException">The session is over.</exception>
    [AlwaysInterleave, Alias("Leave")] Task Leave(long session);

    /// <summary>
    /// Gives the device a segment to train. May be repeated: one that the device has seen, or that is older than one it has seen, changes
    /// nothing.
    /// </summary>
    [AlwaysInterleave, Alias("Assign")] Task Assign(SegmentAssignment assignment);
}

/// <summary>Answer to a registration.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.RegisterReply")]
public sealed record RegisterReply
{
    /// <summary>To be sent with every call; calls of an older session are refused.</summary>
    [Id(0)] public required long Session { get; init; }

    /// <summary>Seconds of silence after which the control side takes the lease back.</summary>
    [Id(1)] public required double LeaseSeconds { get; init; }

    /// <summary>Seconds without the control side after which the device stops training by its own clock. Longer than the lease, so
    /// that training goes on through a restart of the control side; the fencing token keeps what is reported late from counting.</summary>
    [Id(3)] public required double GraceSeconds { get; init; }

    /// <summary>What the running segment is to do.</summary>
    [Id(2)] public required ReportReply Running { get; init; }

    /// <summary>Where the other silos of the cluster listen, as far as they are known: to be turned to when this one is away.</summary>
    [Id(4)] public ImmutableArray<Uri> Servers { get; init; } = [];
}

/// <summary>What a device was training when it registered.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.RunningSegment")]
public sealed record RunningSegment
{
    [Id(0)] public required JobId Job { get; init; }
    [Id(1)] public required TrialId Trial { get; init; }
    [Id(2)] public required long LeaseToken { get; init; }
}
