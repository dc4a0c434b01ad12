using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect jobs</c></summary>
internal static class JobsCommand
{
    public static Command Create(CommandTree tree)
    {
        var filter = new JobFilter();
        var command = new Command("jobs", "Lists the jobs of the store.");
        foreach (var option in filter.Options) command.Add(option);
        return tree.Bind(command, async (parsed, input) =>
        {
            var page = await tree.Surroundings.Archive.Page(input.Store, filter.Query(parsed));
            var (records, output) = (page.Jobs, tree.Surroundings.Terminal.Output);
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(records.Select(Brief), RecordJson.Indented));
            else if (records.Count == 0) output.WriteLine($"No job in {input.Place}.");
            else TextTable.Write(output, ["job", "state", "started", "elapsed", "workload", "objective", "outcome"], records.Select(Row));
            if (page.Next is { } next) tree.Surroundings.Terminal.Error.WriteLine($"There are more: --after {next}");
            return ExitCodes.ObjectiveMet;
        });
    }

    private static object Brief(JobSummary record) => new
    {
        Job = record.Id.Value,
        record.Phase,
        State = record.Phase.Word(record.Outcome, record.IsInterrupted),
        record.SubmittedAt,
        record.ElapsedSeconds,
        record.Workload,
        record.IsElsewhere,
        record.Objective,
        record.Candidates,
        record.ProbeSeconds,
        record.ChargedSeconds,
        record.Outcome,
        record.Folder,
        record.Project,
        record.Owner,
        record.Labels,
    };

    private static string[] Row(JobSummary record) =>
    [
        record.Id.Value, record.Phase.Word(record.Outcome, record.IsInterrupted),
        record.SubmittedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'"), Wording.Duration(record.ElapsedSeconds),
        record.Workload + (record.IsElsewhere ? ", trained elsewhere" : ""),
        Wording.Objective(record.Objective), record.Outcome?.Summary ?? record.Notice,
    ];
}
