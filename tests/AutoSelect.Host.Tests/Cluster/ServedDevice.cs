using System.Collections.Immutable;
using System.Net;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>The control side of a simulated device, over the APIs of silos: after a failure the next one is turned to.</summary>
/// <param name="silos">Their APIs.</param>
/// <param name="id">Which device.</param>
internal sealed class ServedDevice(IReadOnlyList<ApiClient> silos, DeviceId id) : IDeviceControl
{
    private int at;

    public Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running) => Ask(silo => silo.RegisterDevice(
        new DeviceRegistration { Device = device, Running = running, Protocol = DeviceProtocol.Version, Build = "simulated" }));

    public Task<SegmentAssignment?> NextWork(long session, TimeSpan patience) =>
        Ask(silo => silo.TakeWork(id, session, patienceSeconds: 1));

    public Task<ReportReply> Report(long session, SegmentReport report) => Ask(silo => silo.ReportSegment(id, session, report));

    public Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience) =>
        Ask(silo => silo.MeetRanks(new RankMeetingCall(placement, address, patience.TotalSeconds)));

    private async Task<T> Ask<T>(Func<ApiClient, Task<T>> ask)
    {
        try
        {
            return await ask(silos[at % silos.Count]).WaitAsync(TimeSpan.FromSeconds(6));
        }
        catch (Exception e) when (
            e is HttpRequestException or TimeoutException or ApiRefusalException { Status: >= HttpStatusCode.InternalServerError })
        {
            at++;
            throw;
        }
    }
}
