using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect add JOB</c></summary>
internal static class AddCommand
{
    private const string Summary =
        """
        Has a job that is not committed yet try more candidates.

        They are written as in a job file: autoselect add digits-1 --candidate nadamw --candidate "{ strategy: sgd, values: { learningRate:
        [0.1, 0.2] } }". Batch sizes and epochs that they do not name are those of the job's candidates.
        """;

    public static Command Create(CommandTree tree)
    {
        var candidate = new Option<string[]>("--candidate")
        {
            Description = "A strategy's name, or a section as in candidates of a job file; may be repeated.",
            HelpName = "CANDIDATE",
        };
        var epochs = new Option<string?>("--epochs")
        {
            Description = "Length of a run in passes over the training data, or a list; default those of the job's candidates.",
            HelpName = "N",
        };
        var file = new Option<string?>("--file")
        {
            Description = "A file with the keys of a job file that make candidates, in place of --candidate.",
            HelpName = "FILE",
        };
        var command = JobCommands.WithJob(tree, "add", Summary, async (parsed, job) =>
        {
            var text = await Read(parsed.GetValue(candidate) ?? [], parsed.GetValue(epochs), parsed.GetValue(file), tree.Surroundings);
            var added = await job.Control.Add(job.Record, text);
            foreach (var warning in added.Warnings) job.Terminal.Error.WriteLine($"{text.File}:{warning.Line}: warning: {warning.Message}");
            if (!job.Input.Json) return job.Say($"{string.Join(", ", added.Candidates)} added");
            job.Terminal.Output.WriteLine(JsonSerializer.Serialize(added, RecordJson.Options));
            return ExitCodes.ObjectiveMet;
        });
        foreach (var option in (Option[])[candidate, epochs, file]) command.Add(option);
        return command;
    }

    private static async Task<JobText> Read(string[] candidates, string? epochs, string? file, Surroundings surroundings)
    {
        if ((file is null) == (candidates.Length == 0))
            throw new CommandFault(ExitCodes.BadInput, "Candidates come from --candidate or from --file: one of them must be given.");
        if (file is not null && epochs is not null)
            throw new CommandFault(ExitCodes.BadInput, $"--epochs is '{epochs}': with --file it must stand in the file.");
        if (file is not null) return await Surroundings.ReadJobFile(file, surroundings.Interruption.Requested);
        // A line each, so that errors tell which.
        var lines = candidates.Select(c => $"  - {c.ReplaceLineEndings(" ")}").Prepend("candidates:");
        if (epochs is not null) lines = lines.Append($"epochs: {epochs.ReplaceLineEndings(" ")}");
        return new JobText(string.Join('\n', lines) + "\n", "--candidate", Directory.GetCurrentDirectory());
    }
}
