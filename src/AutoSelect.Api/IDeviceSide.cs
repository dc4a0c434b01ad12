using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Api;

/// <summary>What the API asks of the control side for device processes.</summary>
public interface IDeviceSide
{
    /// <summary>Takes a device in, or takes it in again.</summary>
    /// <param name="device">What its process offers.</param>
    /// <param name="running">The assignment that it still trains; null when idle.</param>
    /// <exception cref="ForeignLeaseException">What it says it trains was not given to it.</exception>
    Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running);

    /// <summary>Waits for work; null when there was none for that long.</summary>
    /// <param name="device">Whose.</param>
    /// <param name="session">The one in force.</param>
    /// <param name="patience">Longest wait.</param>
    /// <param name="ct">Nobody waits any more.</param>
    /// <exception cref="StaleSessionException">The session is over.</exception>
    Task<SegmentAssignment?> NextWork(DeviceId device, long session, TimeSpan patience, CancellationToken ct);

    /// <summary>Takes news of a segment in.</summary>
    /// <exception cref="StaleSessionException">The session is over.</exception>
    /// <exception cref="ForeignLeaseException">What it reports of was not given to the device.</exception>
    Task<ReportReply> Report(DeviceId device, long session, SegmentReport report);

    /// <summary>Waits for work for a client that trains elsewhere; null when there was none for that long.</summary>
    /// <param name="device">Stands for the client.</param>
    /// <param name="patience">Longest wait, at most 2 s.</param>
    /// <param name="ct">Nobody waits any more.</param>
    Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience, CancellationToken ct);

    /// <summary>Takes in what such a client tells.</summary>
    /// <param name="device">Stands for the client.</param>
    /// <param name="tell">The news.</param>
    /// <exception cref="ForeignLeaseException">What it tells of was not given to it.</exception>
    /// <exception cref="ArgumentException">The news breaks a rule; the message gives the value and the rule.</exception>
    Task<TellReply> Tell(DeviceDescription device, TellCall tell);

    /// <summary>Takes a device out whose process ends.</summary>
    /// <exception cref="StaleSessionException">The session is over.</exception>
    Task Leave(DeviceId device, long session);

    /// <summary>Brings the ranks of a group together; null when some had not come for that long.</summary>
    /// <exception cref="InvalidOperationException">The placement does not fit the group's.</exception>
    Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience);
}
