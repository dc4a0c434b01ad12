using System.Net;
using System.Net.Http.Json;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Devices;

/// <summary>The device's side of the HTTP protocol. After a failure the next call goes to the next server.</summary>
/// <param name="servers">The silos' addresses.</param>
/// <param name="key">API key of role device.</param>
/// <param name="device">Which device it speaks for.</param>
internal sealed class DeviceHttp(Servers servers, string key, DeviceId device) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(6);

    private readonly HttpClient http = servers.Http(key);
    private int turn = Math.Abs(device.Value.Sum(c => c));

    /// <summary>The server that is asked next.</summary>
    public Uri Server => servers.At(turn);

    public async Task<RegisterReply> Register(DeviceDescription description, RunningSegment? running, CancellationToken ct)
    {
        var registration = new DeviceRegistration
        {
            Device = description,
            Running = running,
            Protocol = DeviceProtocol.Version,
            Build = "simulated",
        };
        var body = JsonContent.Create(registration, options: RecordJson.Options);
        using var answer = await Send(HttpMethod.Post, "sessions", body, ct);
        return (await answer.Content.ReadFromJsonAsync<RegisterReply>(RecordJson.Options, ct))!;
    }

    /// <returns>Null where there is none yet.</returns>
    public async Task<SegmentAssignment?> NextWork(long session, CancellationToken ct)
    {
        using var answer = await Send(HttpMethod.Get, $"sessions/{session}/work?patience={Patience.TotalSeconds}", null, ct);
        return answer.StatusCode == HttpStatusCode.NoContent ? null
            : await answer.Content.ReadFromJsonAsync<SegmentAssignment>(RecordJson.Options, ct);
    }

    public async Task<ReportReply> Report(long session, SegmentReport report, CancellationToken ct)
    {
        var body = JsonContent.Create(report, options: RecordJson.Options);
        using var answer = await Send(HttpMethod.Post, $"sessions/{session}/reports", body, ct);
        return (await answer.Content.ReadFromJsonAsync<ReportReply>(RecordJson.Options, ct))!;
    }

    public async Task Leave(long session, CancellationToken ct) =>
        (await Send(HttpMethod.Delete, $"sessions/{session}", null, ct)).Dispose();

    public void Dispose() => http.Dispose();

    /// <exception cref="HttpRequestException">No answer, or a refusal: the device must register again.</exception>
    /// <exception cref="ForeignLeaseException">What it trains was never given to it, the server says.</exception>
    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server, $"v1/devices/{Uri.EscapeDataString(device.Value)}/{path}"))
        {
            Content = body,
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(LongestCall);
        try
        {
            var answer = await http.SendAsync(request, patience.Token);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer)
            {
                var text = await answer.Content.ReadAsStringAsync(ct);
                if (text.Contains(ApiProblemTypes.ForeignLease, StringComparison.Ordinal)) throw new ForeignLeaseException(text);
                throw new HttpRequestException($"{(int)answer.StatusCode}: {text}", null, answer.StatusCode);
            }
        }
        catch (ForeignLeaseException)
        {
            throw;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (e is not HttpRequestException { StatusCode: HttpStatusCode.Conflict }) turn++;
            throw e as HttpRequestException ?? new HttpRequestException($"No answer from {request.RequestUri}: {e.Message}", e);
        }
    }
}
