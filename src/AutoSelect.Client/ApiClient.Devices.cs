using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

/// <summary>What device processes ask for. Answers of more than <see cref="MostAnswerBytes"/> are refused.</summary>
public sealed partial class ApiClient
{
    /// <summary>Most bytes of an answer to a device: a segment with its candidate and the checkpoints it is to leave.</summary>
    public const int MostAnswerBytes = 4 << 20;

    /// <summary>Has a device taken in.</summary>
    public async Task<RegisterReply> RegisterDevice(DeviceRegistration device, CancellationToken ct = default) =>
        (await Exchange<RegisterReply>(HttpMethod.Post, $"{Path(device.Device.Id)}/sessions", device, ct))!;

    /// <summary>Waits for a segment to train; null when there was none for that long.</summary>
    /// <param name="device">Which.</param>
    /// <param name="session">Of its registration.</param>
    /// <param name="patienceSeconds">Longest wait, up to <see cref="DeviceProtocol.LongestPatience"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<SegmentAssignment?> TakeWork(DeviceId device, long session, int patienceSeconds, CancellationToken ct = default) =>
        Exchange<SegmentAssignment>(HttpMethod.Get, $"{Path(device, session)}/work?patience={Number(patienceSeconds)}", null, ct);

    /// <summary>Tells how a segment goes.</summary>
    public async Task<ReportReply> ReportSegment(DeviceId device, long session, SegmentReport report, CancellationToken ct = default) =>
        (await Exchange<ReportReply>(HttpMethod.Post, $"{Path(device, session)}/reports", report, ct))!;

    /// <summary>Has a device taken out whose process ends.</summary>
    public Task EndDeviceSession(DeviceId device, long session, CancellationToken ct = default) =>
        Exchange<object>(HttpMethod.Delete, Path(device, session), null, ct);

    /// <summary>Tells where a rank listens; null while some of its group have not come.</summary>
    public async Task<ImmutableArray<RankAddress>?> MeetRanks(RankMeetingCall rank, CancellationToken ct = default) =>
        await Exchange<RankAddress[]>(HttpMethod.Post, $"v1/rendezvous/{rank.Placement.Token:N}", rank, ct) is { } all ? [.. all] : null;

    /// <summary>Sends JSON and reads some, or nothing.</summary>
    private async Task<T?> Exchange<T>(HttpMethod method, string path, object? body, CancellationToken ct) where T : class
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), RecordJson.Options));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        using var answer = await Send(request, ct);
        await answer.Content.LoadIntoBufferAsync(MostAnswerBytes, ct);
        if (answer.StatusCode == HttpStatusCode.NoContent) return null;
        await using var text = await answer.Content.ReadAsStreamAsync(ct);
        return await JsonSerializer.DeserializeAsync<T>(text, RecordJson.Options, ct)
            ?? throw new HttpRequestException("The server answered with null.");
    }

    private static string Path(DeviceId device) => $"v1/devices/{Escaped(device.Value)}";

    private static string Path(DeviceId device, long session) => $"{Path(device)}/sessions/{Number(session)}";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
