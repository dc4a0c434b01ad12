using System.Collections.Immutable;
using AutoSelect.Api;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Api;

/// <summary>Device processes and the grains that stand for them.</summary>
/// <param name="grains">Of the cluster.</param>
/// <param name="time">Clock of waits.</param>
/// <param name="others">Where the other silos' APIs are.</param>
internal sealed class GrainDevices(IGrainFactory grains, TimeProvider time, Func<ImmutableArray<Uri>>? others = null) : IDeviceSide
{
    /// <summary>
    /// Longest wait of one call of a grain: below the timeout of calls, and below a lease, so that who waits is heard in time.
    /// </summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2);

    public async Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running)
    {
        // Its grain may have been on a silo that died just now. Until it is elsewhere nobody else says that the device lives.
        grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Heard(device.Id).Ignore();
        var reply = await Grain(device.Id).Register(device, running);
        return others is null ? reply : reply with { Servers = others() };
    }

    public async Task<SegmentAssignment?> NextWork(DeviceId device, long session, TimeSpan patience, CancellationToken ct)
    {
        // What comes for somebody who went away is asked for again.
        foreach (var wait in Waits(patience))
            if (await Grain(device).NextWork(session, wait).WaitAsync(ct) is { } work) return work;
        return null;
    }

    public Task<ReportReply> Report(DeviceId device, long session, SegmentReport report) => Grain(device).Report(session, report);

    public Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience, CancellationToken ct) =>
        Grain(device.Id).Ask(device, patience).WaitAsync(ct);

    public Task<TellReply> Tell(DeviceDescription device, TellCall tell) => Grain(device.Id).Tell(device, tell);

    public Task Leave(DeviceId device, long session) => Grain(device).Leave(session);

    public async Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience)
    {
        var meeting = grains.GetGrain<IRendezvousGrain>(placement.Token.ToString("N"));
        foreach (var wait in Waits(patience))
            if (await meeting.Meet(placement, address, wait) is { } all) return all;
        return null;
    }

    /// <summary>One wait as several of at most <see cref="LongestCall"/>.</summary>
    private IEnumerable<TimeSpan> Waits(TimeSpan patience)
    {
        var (began, left) = (time.GetTimestamp(), patience);
        for (; left > LongestCall; left = patience - time.GetElapsedTime(began)) yield return LongestCall;
        yield return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private IDeviceGrain Grain(DeviceId device) => grains.GetGrain<IDeviceGrain>(device.Value);
}
