using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect workloads</c></summary>
internal static class WorkloadsCommand
{
    public static Command Create(CommandTree tree) =>
        tree.Bind(new Command("workloads", "Lists the workloads with their options."), async (_, input) =>
        {
            var workloads = (await tree.Surroundings.InspectCatalogue()).Workloads;
            var output = tree.Surroundings.Terminal.Output;
            if (input.Json)
            {
                output.WriteLine(JsonSerializer.Serialize(workloads, RecordJson.Indented));
                return ExitCodes.ObjectiveMet;
            }
            TextTable.Write(output, ["workload", "metric", "examples", "summary"], workloads.Select(w => new[]
            {
                w.Name, $"{w.Metric} ({(w.Direction == Direction.Maximize ? "higher" : "lower")} is better)", w.TrainingExamples?.ToString()
                    ?? "–", w.Summary,
            }));
            foreach (var workload in workloads.Where(w => !w.Options.IsEmpty))
            {
                output.WriteLine();
                output.WriteLine($"Options of {workload.Name}");
                TextTable.Write(output, ["  option", "default", "summary"],
                    workload.Options.Select(o => new[] { "  " + o.Name, o.Default, o.Summary }));
            }
            return ExitCodes.ObjectiveMet;
        });
}
