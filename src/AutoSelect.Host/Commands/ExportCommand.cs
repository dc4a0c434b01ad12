using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect export JOB</c></summary>
internal static class ExportCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        var file = new Option<string?>("--out") { Description = "File to write; default standard output.", HelpName = "FILE" };
        return tree.Bind(new Command("export", "Writes a job's learning curves as a recording (JSON lines) that a replay can read.") { job, file }, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var lines = surroundings.Documents.Recording(surroundings.Find(input, parsed.GetValue(job)!)).ToList();
            if (parsed.GetValue(file) is not { } path)
            {
                foreach (var line in lines) surroundings.Terminal.Output.WriteLine(line);
                return ExitCodes.ObjectiveMet;
            }
            await File.WriteAllLinesAsync(path, lines, surroundings.Interruption.Requested);
            surroundings.Terminal.Output.WriteLine(input.Json ? JsonSerializer.Serialize(new { Recording = Path.GetFullPath(path), Lines = lines.Count }, RecordJson.Options) : $"{lines.Count} lines in {path}");
            return ExitCodes.ObjectiveMet;
        });
    }
}
