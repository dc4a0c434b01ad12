using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect export JOB</c></summary>
internal static class ExportCommand
{
    private const string Summary =
        """
        Writes a job's learning curves as a recording (JSON lines) that a replay can read; or its winner, as a job file that trains it alone
        or as C# that builds its strategy; or shows its trials, as far as they have come, in TensorBoard and MLflow.
        """;

    public static Command Create(CommandTree tree)
    {
        var curves = new Option<string?>("--out")
        {
            Description = "File to write the recording to; gzipped when it ends with .gz; default standard output.",
            HelpName = "FILE",
        };
        var jobFile = new Option<string?>("--job-file")
        {
            Description = "File to write a job file of the winner to, or - for standard output; in place of the recording.",
            HelpName = "FILE",
        };
        var code = new Option<string?>("--code")
        {
            Description = "File to write C# of the winner to, or - for standard output; in place of the recording.",
            HelpName = "FILE",
        };
        var others = new ExportOptions(tree);
        var command = JobCommands.WithJob(tree, "export", Summary, async (parsed, job) =>
        {
            var (file, recording) = (parsed.GetValue(jobFile), parsed.GetValue(curves));
            if (file is null && parsed.GetValue(code) is null && !others.AreGiven(parsed)) return Write(job, recording);
            if (recording is not null)
            {
                throw new CommandFault(ExitCodes.BadInput,
                    $"--out is '{recording}': the winner goes to --job-file and --code alone, and --tensorboard and --mlflow "
                    + "name a place.");
            }
            if (file is not null) await Write(job, file, asCode: false);
            if (parsed.GetValue(code) is { } source) await Write(job, source, asCode: true);
            await others.Write(parsed, job);
            return ExitCodes.ObjectiveMet;
        });
        others.AddTo(command);
        foreach (var option in (Option[])[curves, jobFile, code]) command.Add(option);
        return command;
    }

    private static int Write(NamedJob job, string? path)
    {
        var (curves, output) = (RecordedCurves.Export(job.Record), job.Terminal.Output);
        if (path is null)
        {
            foreach (var curve in curves) output.WriteLine(JsonSerializer.Serialize(curve, RecordJson.Options));
            return ExitCodes.ObjectiveMet;
        }
        RecordedCurves.Write(path, curves);
        output.WriteLine(job.Input.Json
            ? JsonSerializer.Serialize(new { Recording = Path.GetFullPath(path), Curves = curves.Length }, RecordJson.Options)
            : $"{curves.Length} curves in {path}");
        return ExitCodes.ObjectiveMet;
    }

    private static async Task Write(NamedJob job, string path, bool asCode)
    {
        var (text, output) = (await job.Control.Winner(job.Record, asCode), job.Terminal.Output);
        if (path == "-")
        {
            await output.WriteAsync(text);
            return;
        }
        await File.WriteAllTextAsync(path, text);
        await output.WriteLineAsync(job.Input.Json
            ? JsonSerializer.Serialize(new { Winner = Path.GetFullPath(path), As = asCode ? "csharp" : "yaml" }, RecordJson.Options)
            : $"The winner {(asCode ? "as C#" : "as a job file")} in {path}");
    }
}
