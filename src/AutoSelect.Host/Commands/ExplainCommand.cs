using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect explain JOB</c></summary>
internal static class ExplainCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        return tree.Bind(new Command("explain", "Says why each candidate was paused, stopped or chosen.") { job }, (parsed, input) =>
        {
            var record = tree.Surroundings.Find(input, parsed.GetValue(job)!);
            tree.Surroundings.Terminal.Output.WriteLine(input.Json
                ? JsonSerializer.Serialize(new { Job = record.Id.Value, record.Rungs, record.Commits, record.Outcome }, RecordJson.Indented)
                : tree.Surroundings.Documents.Explanation(record).TrimEnd());
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
    }
}
