using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect replay import</c>, and what its sources have in common.</summary>
internal static class ImportCommand
{
    /// <summary>Makes import a subcommand of replay.</summary>
    public static Command AddTo(Command replay, CommandTree tree)
    {
        replay.Add(new Command("import", "Makes a recording of runs that exist already: autoselect replay import SOURCE …, without FILE.")
        {
            ImportAlgoPerfCommand.Create(tree), ImportOptunaCommand.Create(tree), ImportJobsCommand.Create(tree),
        });
        return replay;
    }

    public static Option<string> Out() => new("--out")
    {
        Description = "Recording to write; gzipped when it ends with .gz; an existing file is replaced.",
        HelpName = "FILE",
        Required = true,
    };

    public static Option<double?> BudgetSeconds() =>
        new("--budget-seconds") { Description = "Seconds within which the target counts; default unlimited." };

    /// <summary>Reads a source; what a user can get wrong in it ends with 2.</summary>
    public static ImportedCurves Read(string source, Func<ImportedCurves> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException fault)
        {
            throw new CommandFault(ExitCodes.BadInput, fault.Message);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFault(ExitCodes.BadInput, $"{source}: no such file or folder.");
        }
    }

    /// <summary>Writes the recording, remarks to standard error and a summary to standard output.</summary>
    public static Task<int> Write(CommandTree tree, CommandInput input, string path, ImportedCurves imported)
    {
        var terminal = tree.Surroundings.Terminal;
        foreach (var skipped in imported.Skipped) terminal.Error.WriteLine($"Skipped {skipped.Source}: {skipped.Reason}");
        foreach (var notice in imported.Notices) terminal.Error.WriteLine($"{notice.Source}: {notice.Reason}");
        if (imported.Curves.IsEmpty)
            throw new CommandFault(
                ExitCodes.BadInput, $"No curve to write, {imported.Skipped.Length} skipped: a recording has at least one.");
        RecordedCurves.Write(path, imported.Curves);
        var problems = imported.Curves.GroupBy(c => c.Problem).Select(g => new { Problem = g.Key, Curves = g.Count() }).ToList();
        terminal.Output.WriteLine(input.Json
            ? JsonSerializer.Serialize(
                new
                {
                    Recording = Path.GetFullPath(path),
                    Curves = imported.Curves.Length,
                    Problems = problems,
                    imported.Skipped,
                    imported.Notices,
                }, RecordJson.Indented)
            : $"{imported.Curves.Length} curves of {problems.Count} problems in {path}; {imported.Skipped.Length} skipped");
        return Task.FromResult(ExitCodes.ObjectiveMet);
    }
}
