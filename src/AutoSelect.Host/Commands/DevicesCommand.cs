using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect devices</c></summary>
internal static class DevicesCommand
{
    public static Command Create(CommandTree tree) =>
        tree.Bind(new Command("devices", "Lists the devices of this machine."), async (_, input) =>
        {
            var devices = (await tree.Surroundings.InspectCatalogue()).Devices;
            var output = tree.Surroundings.Terminal.Output;
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(devices, RecordJson.Indented));
            else
                TextTable.Write(output, ["device", "kind", "model", "bf16"],
                    devices.Select(d => new[] { d.Id.Value, d.Kind.ToString().ToLowerInvariant(), d.Model, Bf16(d.Bf16) }));
            return ExitCodes.ObjectiveMet;
        });

    private static string Bf16(Bf16Speed? speed) => speed is null ? "not measured" : speed.Reason.Length > 0 ? speed.Reason
        : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{(speed.IsFast ? "fast" : "slow")} (matrix {speed.Gemm:0.0}x, convolution {speed.Convolution:0.0}x)");
}
