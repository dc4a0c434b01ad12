using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect devices</c></summary>
internal static class DevicesCommand
{
    public static Command Create(CommandTree tree) => tree.Bind(new Command("devices", "Lists the devices of this machine."), async (_, input) =>
    {
        var devices = (await tree.Surroundings.InspectCatalogue()).Devices;
        var output = tree.Surroundings.Terminal.Output;
        if (input.Json) output.WriteLine(JsonSerializer.Serialize(devices, RecordJson.Indented));
        else TextTable.Write(output, ["device", "kind", "model"], devices.Select(d => new[] { d.Id.Value, d.Kind.ToString().ToLowerInvariant(), d.Model }));
        return ExitCodes.ObjectiveMet;
    });
}
