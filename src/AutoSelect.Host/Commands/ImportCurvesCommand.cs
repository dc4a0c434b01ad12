using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect import curves FILE…</c></summary>
internal static class ImportCurvesCommand
{
    public static Command Create(CommandTree tree)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings, .jsonl or .jsonl.gz, as export and replay import write them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "curves", "Takes recorded curves into the store: its later jobs learn from them as from its own.") { files };
        return new Command("import", "Takes what exists already into the store.")
        {
            tree.Bind(command, (parsed, input) =>
            {
                var taken = new ImportedRecordings(new ControlPaths(input.Store).Curves);
                var output = tree.Surroundings.Terminal.Output;
                foreach (var path in parsed.GetValue(files)!)
                {
                    var curves = StoreCurves.From(ReplayCommand.Read(path));
                    var hash = taken.Take(RecordedCurves.Pack(curves));
                    var problems = curves.Select(c => c.Problem).Distinct().Count();
                    output.WriteLine(input.Json
                        ? JsonSerializer.Serialize(
                            new { Source = path, Curves = curves.Length, Problems = problems, Recording = hash }, RecordJson.Options)
                        : $"{curves.Length} curves of {problems} problems of {path} taken into {input.Store}");
                }
                return Task.FromResult(ExitCodes.ObjectiveMet);
            }),
        };
    }
}
