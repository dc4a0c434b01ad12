using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect export JOB</c></summary>
internal static class ExportCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        var file = new Option<string?>("--out")
        {
            Description = "File to write; gzipped when it ends with .gz; default standard output.",
            HelpName = "FILE",
        };
        return tree.Bind(new Command("export",
            "Writes a job's learning curves as a recording (JSON lines) that a replay can read.") { job, file }, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var curves = RecordedCurves.Export(await surroundings.Find(input, parsed.GetValue(job)!));
            if (parsed.GetValue(file) is not { } path)
            {
                foreach (var curve in curves) surroundings.Terminal.Output.WriteLine(JsonSerializer.Serialize(curve, RecordJson.Options));
                return ExitCodes.ObjectiveMet;
            }
            RecordedCurves.Write(path, curves);
            surroundings.Terminal.Output.WriteLine(input.Json
                ? JsonSerializer.Serialize(new { Recording = Path.GetFullPath(path), Curves = curves.Length }, RecordJson.Options)
                : $"{curves.Length} curves in {path}");
            return ExitCodes.ObjectiveMet;
        });
    }
}
