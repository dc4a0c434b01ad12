using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Device;

/// <summary>
/// The control side as this device process calls it, at whichever of its servers is turned to. A call may throw
/// <see cref="ApiRefusalException"/> where it is refused; whatever else it throws means that there was no answer.
/// </summary>
internal sealed class ControlClient(ServeOptions options, ControlServers servers, HttpMessageHandler handler, TimeProvider time)
    : IDisposable
{
    private readonly ConcurrentDictionary<ApiAddress, ApiClient> clients = new();

    /// <summary>The server that is turned to.</summary>
    /// <exception cref="IOException">None is known.</exception>
    public Uri Server => servers.Current.Server;

    /// <summary>Turns to the next server.</summary>
    /// <returns>True when all have been turned to in vain: time to wait.</returns>
    public bool MoveOn() => servers.MoveOn();

    /// <summary>Says what this process is and trains.</summary>
    public async Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running, CancellationToken ct)
    {
        servers.Refresh();
        var registration = new DeviceRegistration
        {
            Device = device,
            Running = running,
            Protocol = DeviceProtocol.Version,
            Build = DeviceProtocol.Build,
        };
        var reply = await Call(0, (client, late) => client.RegisterDevice(registration, late), ct);
        servers.Learn(reply.Servers);
        return reply;
    }

    /// <summary>Waits for work; null when there was none for that long.</summary>
    public Task<SegmentAssignment?> NextWork(long session, int patienceSeconds, CancellationToken ct) =>
        Call(patienceSeconds, (client, late) => client.TakeWork(options.Device, session, patienceSeconds, late), ct);

    /// <summary>Says how the segment goes.</summary>
    public Task<ReportReply> Report(long session, SegmentReport report, CancellationToken ct) =>
        Call(0, (client, late) => client.ReportSegment(options.Device, session, report, late), ct);

    /// <summary>Says that this process ends.</summary>
    public Task Leave(long session, CancellationToken ct) => Call(0, async (client, late) =>
    {
        await client.EndDeviceSession(options.Device, session, late);
        return true;
    }, ct);

    /// <summary>Says where a rank listens; null while some of its group have not come for that long.</summary>
    /// <exception cref="InvalidOperationException">It does not fit the group.</exception>
    public async Task<ImmutableArray<RankAddress>?> Meet(
        RankPlacement placement, RankAddress address, int patienceSeconds, CancellationToken ct)
    {
        try
        {
            var call = new RankMeetingCall(placement, address, patienceSeconds);
            return await Call(patienceSeconds, (client, late) => client.MeetRanks(call, late), ct);
        }
        catch (ApiRefusalException refusal) when (refusal.Status == HttpStatusCode.Conflict)
        {
            throw new InvalidOperationException(refusal.Message, refusal);
        }
    }

    public void Dispose()
    {
        foreach (var client in clients.Values) client.Dispose();
        handler.Dispose();
    }

    private async Task<T> Call<T>(int patienceSeconds, Func<ApiClient, CancellationToken, Task<T>> call, CancellationToken ct)
    {
        var address = servers.Current;
        var client = clients.GetOrAdd(address, a => new ApiClient(a, handler, ownsHandler: false));
        var longest = options.LongestAnswer + TimeSpan.FromSeconds(patienceSeconds);
        using var late = new CancellationTokenSource(longest, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            var answer = await call(client, over.Token);
            servers.Worked();
            return answer;
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{address} has not answered within {longest.TotalSeconds:0.#} s.", e);
        }
    }
}
