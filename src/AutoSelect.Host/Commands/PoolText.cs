using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary>The devices of a server on the terminal: its own, those that it borrows, and those that it has asked for.</summary>
internal static class PoolText
{
    public static void Write(ImmutableArray<PoolDevice> pool, BorrowingStatus borrowed, bool isJson, TextWriter output)
    {
        if (isJson) output.WriteLine(JsonSerializer.Serialize(new { Devices = pool, Borrowed = borrowed }, RecordJson.Indented));
        else Write(pool, borrowed, output);
    }

    public static void Write(ImmutableArray<PoolDevice> pool, BorrowingStatus borrowed, TextWriter output)
    {
        var stages = borrowed.Devices.ToDictionary(d => d.Device, d => d.Stage);
        TextTable.Write(output, ["device", "kind", "model", "bf16", "from", "price", "state"], pool.Select(device => new[]
        {
            device.Device.Id.Value,
            device.Device.Kind.ToString().ToLowerInvariant(),
            device.Device.Model,
            Bf16(device.Device.Bf16),
            device.Device.Elsewhere is { } client ? $"client {client.Name}" : From(device.Device.Origin),
            Price(device.Device.Origin),
            State(device, stages.TryGetValue(device.Device.Id, out var stage) ? stage : null),
        }));
        var registered = pool.Select(d => d.Device.Id).ToHashSet();
        var coming = borrowed.Devices.Where(d => !registered.Contains(d.Device)).ToList();
        if (coming.Count > 0)
        {
            output.WriteLine();
            TextTable.Write(output, ["asked for", "kind", "from", "price", "state"], coming.Select(device => new[]
            {
                device.Device.Value,
                device.Kind.ToString().ToLowerInvariant(),
                From(device.Origin),
                Price(device.Origin),
                State(device, borrowed.At ?? device.Since),
            }));
        }
        if (!borrowed.Refusals.IsEmpty || !borrowed.Faults.IsEmpty) output.WriteLine();
        foreach (var refusal in borrowed.Refusals)
        {
            var of = refusal.Class is { } name ? $" of class {name}" : "";
            output.WriteLine($"Not borrowed from {refusal.Provider}{of}{(refusal.Job is { } job ? $" for {job}" : "")}: {refusal.Reason}.");
        }
        foreach (var fault in borrowed.Faults) output.WriteLine(fault);
    }

    private static string Bf16(Bf16Speed? speed) => speed is null ? "not measured" : speed.Reason.Length > 0 ? speed.Reason
        : string.Create(CultureInfo.InvariantCulture,
            $"{(speed.IsFast ? "fast" : "slow")} (matrix {speed.Gemm:0.0}x, convolution {speed.Convolution:0.0}x)");

    private static string From(DeviceOrigin? origin) => origin is null ? "own" : $"{origin.Provider}/{origin.Class}";

    private static string Price(DeviceOrigin? origin) => origin is null ? "-" : Wording.Number(origin.Price, 3);

    private static string State(PoolDevice device, BorrowStage? stage) =>
        stage == BorrowStage.Ending ? "ending"
        : device.Lease is not { } lease ? "free"
        : lease.Job is { } job ? $"used by {job}" : "used";

    private static string State(LentDevice device, DateTimeOffset now) => device.Stage switch
    {
        BorrowStage.Queued when device.ExpectedStart is { } start && start > now =>
            $"waits, to start in {Wording.Duration((start - now).TotalSeconds)}",
        BorrowStage.Queued => "waits",
        BorrowStage.Starting => $"starts, for {Wording.Duration(Math.Max(0, (now - device.Since).TotalSeconds))}",
        BorrowStage.Ending => "ends",
        _ => "left the pool",
    };
}
