using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect devices</c></summary>
internal static class DevicesCommand
{
    public static Command Create(CommandTree tree)
    {
        const string Summary =
            "Lists the devices of a server, or of the process that has the store open; without either those of this machine.";
        return tree.Bind(new Command("devices", Summary), async (_, input) =>
        {
            using var control = await tree.Surroundings.Connect(input);
            var (devices, output) = (await control.Devices(), tree.Surroundings.Terminal.Output);
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(devices, RecordJson.Indented));
            else TextTable.Write(output, ["device", "kind", "model", "bf16", "held by"], devices.Select(Row));
            return ExitCodes.ObjectiveMet;
        });
    }

    private static string[] Row(PoolDevice pooled)
    {
        var (device, lease) = (pooled.Device, pooled.Lease);
        var holder = lease is null ? "" : lease.Job?.Value ?? "(another project's job)";
        return [device.Id.Value, device.Kind.ToString().ToLowerInvariant(), device.Model, Bf16(device.Bf16), holder];
    }

    private static string Bf16(Bf16Speed? speed) => speed is null ? "not measured" : speed.Reason.Length > 0 ? speed.Reason
        : string.Create(CultureInfo.InvariantCulture,
            $"{(speed.IsFast ? "fast" : "slow")} (matrix {speed.Gemm:0.0}x, convolution {speed.Convolution:0.0}x)");
}
