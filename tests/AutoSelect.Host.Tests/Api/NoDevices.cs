using System.Collections.Immutable;
using AutoSelect.Api;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Tests.Api;

/// <summary>A control side that no device comes to.</summary>
internal sealed class NoDevices : IDeviceSide
{
    public Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running) => throw new NotSupportedException();

    public Task<SegmentAssignment?> NextWork(DeviceId device, long session, TimeSpan patience, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<ReportReply> Report(DeviceId device, long session, SegmentReport report) => throw new NotSupportedException();

    public Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<TellReply> Tell(DeviceDescription device, TellCall tell) => throw new NotSupportedException();

    public Task Leave(DeviceId device, long session) => throw new NotSupportedException();

    public Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience) =>
        throw new NotSupportedException();
}
