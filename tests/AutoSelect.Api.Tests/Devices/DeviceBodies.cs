using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Devices;

/// <summary>What a device says that is in order.</summary>
internal static class DeviceBodies
{
    public static readonly Guid Group = new("0f0e0d0c-0b0a-0908-0706-050403020100");

    public static DeviceDescription Device(string id) => new()
    {
        Id = new DeviceId(id),
        Kind = DeviceKind.Cpu,
        Index = 0,
        Model = "any",
        Host = "here",
        ProcessId = 5,
        Instance = Group,
    };

    public static DeviceRegistration Registration(string id) =>
        new() { Device = Device(id), Protocol = DeviceProtocol.Version, Build = "test" };

    public static SegmentReport Report { get; } = new()
    {
        Job = new JobId("toy-1"),
        Trial = TrialId.At(0),
        LeaseToken = NotedDevices.Token,
        Step = 10,
        Points = [Point(10)],
    };

    public static RankMeetingCall Meeting { get; } = new(
        new RankPlacement { Token = Group, Generation = 1, Rank = 0, Size = 1 }, new RankAddress("127.0.0.1", 5000, "machine"), 0);

    public static AskCall Ask { get; } = new() { Client = "laptop", Device = "RTX 4090" };

    public static TellCall Tell { get; } = new()
    {
        Client = "laptop",
        Trial = TrialId.At(0),
        Token = NotedDevices.Token,
        Step = 60,
        Points = [new ToldPoint(60, .5)],
        Checkpoint = "/home/me/60",
    };

    public static CurvePoint Point(long step, double value = .5) => new()
    {
        Step = step,
        DeviceSeconds = 1,
        EvaluationSeconds = 0,
        OverheadSeconds = 0,
        Value = value,
        TrainingLoss = double.PositiveInfinity,
    };

    public static StringContent Json<T>(T value) =>
        new(JsonSerializer.Serialize(value, RecordJson.Options), Encoding.UTF8, "application/json");

    /// <summary>The body of an operation; null where it has none.</summary>
    public static StringContent? Of(string operation, string device) => operation switch
    {
        "registerDevice" => Json(Registration(device)),
        "reportSegment" => Json(Report),
        "meetRanks" => Json(Meeting),
        "askJob" => Json(Ask),
        "tellJob" => Json(Tell),
        _ => null,
    };
}
