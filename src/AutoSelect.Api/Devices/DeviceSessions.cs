using System.Globalization;
using System.Text.Json;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Devices;

/// <summary>What device processes ask for: to be taken in, work, and to be heard.</summary>
internal static class DeviceSessions
{
    public static async Task<IResult> Register(ApiCall call)
    {
        var text = await ApiBody.Text(call);
        // First: what another protocol has to say may not be readable at all.
        CheckProtocol(Read<Greeting>(text));
        var asked = Read<DeviceRegistration>(text);
        var device = DeviceRules.Check(asked.Device);
        if (Device(call) != device.Id)
            throw new ArgumentException($"device.id is '{device.Id}': it must be that of the path, '{Device(call)}'.");
        if (asked.Running is { } running) DeviceRules.Check(running);
        var reply = await call.Parts.Devices.Register(device, asked.Running);
        call.Made = Number(reply.Session);
        return ApiCall.Json(reply, StatusCodes.Status201Created);
    }

    public static async Task<IResult> NextWork(ApiCall call)
    {
        var patience = TimeSpan.FromSeconds(call.Query.Number("patience") ?? 0);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, call.Run.Stopping);
        try
        {
            var work = await call.Parts.Devices.NextWork(Device(call), Session(call), patience, over.Token);
            return work is null ? TypedResults.NoContent() : ApiCall.Json(work);
        }
        catch (OperationCanceledException) when (call.Run.Stopping.IsCancellationRequested)
        {
            throw new ApiFaultException(StatusCodes.Status503ServiceUnavailable, "The server ends.");
        }
    }

    public static async Task<IResult> Report(ApiCall call)
    {
        var report = DeviceRules.Check(await ApiBody.Json<SegmentReport>(call));
        return ApiCall.Json(await call.Parts.Devices.Report(Device(call), Session(call), report));
    }

    public static async Task<IResult> Leave(ApiCall call)
    {
        await call.Parts.Devices.Leave(Device(call), Session(call));
        return TypedResults.NoContent();
    }

    public static async Task<IResult> Meet(ApiCall call)
    {
        var asked = DeviceRules.Check(await ApiBody.Json<RankMeetingCall>(call));
        if (!Guid.TryParse(call.Part("group"), out var group) || group != asked.Placement.Token)
            throw new ArgumentException($"The group is '{call.Part("group")}': it must be the token of the placement.");
        var all = await call.Parts.Devices.Meet(asked.Placement, asked.Address, TimeSpan.FromSeconds(asked.Patience));
        return all is { } addresses ? ApiCall.Json(addresses) : TypedResults.NoContent();
    }

    private static DeviceId Device(ApiCall call) => DeviceRules.Check(new DeviceId(call.Part("device")));

    private static long Session(ApiCall call) =>
        long.TryParse(call.Part("session"), NumberStyles.None, CultureInfo.InvariantCulture, out var session) ? session
            : throw new ArgumentException($"The session is '{call.Part("session")}': it must be that of a registration.");

    /// <exception cref="ApiFaultException">Device and server do not understand each other.</exception>
    private static void CheckProtocol(Greeting greeting)
    {
        if (greeting.Protocol == DeviceProtocol.Version) return;
        var build = DeviceRules.Shortened(greeting.Build ?? "unknown");
        throw new ApiFaultException(StatusCodes.Status426UpgradeRequired,
            $"protocol is {greeting.Protocol} (build {build}): this server speaks {DeviceProtocol.Version} (build {DeviceProtocol.Build}). "
            + "Device and server must be of builds that speak the same.")
        { Type = ApiProblemTypes.DeviceProtocol };
    }

    private static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, RecordJson.Options) ?? throw new ArgumentException("The body is null: it must be JSON.");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The part of a registration that every protocol has.</summary>
    private sealed record Greeting
    {
        public required int Protocol { get; init; }
        public string? Build { get; init; }
    }
}
