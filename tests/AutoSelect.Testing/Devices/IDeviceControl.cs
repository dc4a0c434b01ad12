using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>The control side as a simulated device calls it.</summary>
public interface IDeviceControl
{
    Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running);

    Task<SegmentAssignment?> NextWork(long session, TimeSpan patience);

    Task<ReportReply> Report(long session, SegmentReport report);

    Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience);
}

/// <summary>The grains themselves, without the API between.</summary>
/// <param name="grains">Of the cluster.</param>
/// <param name="id">Of the device.</param>
internal sealed class GrainControl(IGrainFactory grains, string id) : IDeviceControl
{
    private readonly IDeviceGrain grain = grains.GetGrain<IDeviceGrain>(id);

    public Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running) => grain.Register(device, running);

    public Task<SegmentAssignment?> NextWork(long session, TimeSpan patience) => grain.NextWork(session, patience);

    public Task<ReportReply> Report(long session, SegmentReport report) => grain.Report(session, report);

    public Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience) =>
        grains.GetGrain<IRendezvousGrain>(placement.Token.ToString("N")).Meet(placement, address, patience);
}
