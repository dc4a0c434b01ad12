using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect queue</c></summary>
internal static class QueueCommand
{
    public static Command Create(CommandTree tree) =>
        tree.Bind(new Command("queue", "Lists who holds devices of the pool, and what jobs ask of it, in order."), async (_, input) =>
        {
            using var control = await tree.Surroundings.Connect(input);
            var (devices, queue, output) = (await control.Devices(), await control.Queue(), tree.Surroundings.Terminal.Output);
            var leases = devices.Select(d => d.Lease).OfType<LeaseInForce>().ToList();
            if (input.Json)
            {
                output.WriteLine(JsonSerializer.Serialize(new { Leases = leases, Queue = queue }, RecordJson.Indented));
                return ExitCodes.ObjectiveMet;
            }
            if (queue.IsEmpty) output.WriteLine($"No job asks for devices in {input.Place}.");
            else TextTable.Write(output, ["place", "job", "holds", "least", "most", "class", "price"], queue.Select(q => Row(q, leases)));
            return ExitCodes.ObjectiveMet;
        });

    /// <summary>Of jobs of other projects only that they are there is known.</summary>
    private static string[] Row(QueuedDemand demand, List<LeaseInForce> leases) =>
    [
        $"{demand.Place}", demand.Job?.Value ?? "(another project's)",
        demand.Job is { } job ? string.Join(", ", leases.Where(l => l.Job == job).Select(l => l.Device.Value).DefaultIfEmpty("–")) : "",
        $"{demand.Least}", $"{demand.Most}", demand.Class?.ToString().ToLowerInvariant() ?? "any", Wording.Number(demand.Price),
    ];
}
