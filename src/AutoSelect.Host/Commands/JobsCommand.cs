using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect jobs</c></summary>
internal static class JobsCommand
{
    public static Command Create(CommandTree tree) => tree.Bind(new Command("jobs", "Lists the jobs of the store."), async (_, input) =>
    {
        var records = await tree.Surroundings.Archive.List(input.Store);
        var output = tree.Surroundings.Terminal.Output;
        if (input.Json) output.WriteLine(JsonSerializer.Serialize(records.Select(Brief), RecordJson.Indented));
        else if (records.Count == 0) output.WriteLine($"No job in {input.Store}.");
        else TextTable.Write(output, ["job", "phase", "started", "elapsed", "workload", "objective", "outcome"], records.Select(Row));
        return ExitCodes.ObjectiveMet;
    });

    private static object Brief(JobSummary record) => new
    {
        Job = record.Id.Value,
        record.Phase,
        record.SubmittedAt,
        record.ElapsedSeconds,
        record.Workload,
        record.Objective,
        record.Candidates,
        record.ProbeSeconds,
        record.ChargedSeconds,
        record.Outcome,
        record.Folder,
    };

    private static string[] Row(JobSummary record) =>
    [
        record.Id.Value, record.Phase.ToString().ToLowerInvariant(),
        record.SubmittedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'"), Wording.Duration(record.ElapsedSeconds),
        record.Workload, Wording.Objective(record.Objective), record.Outcome?.Summary ?? record.Notice,
    ];
}
