using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect jobs</c></summary>
internal static class JobsCommand
{
    public static Command Create(CommandTree tree) => tree.Bind(new Command("jobs", "Lists the jobs of the store."), (_, input) =>
    {
        var records = tree.Surroundings.Archive.List(input.Store);
        var output = tree.Surroundings.Terminal.Output;
        if (input.Json) output.WriteLine(JsonSerializer.Serialize(records.Select(Brief), RecordJson.Indented));
        else if (records.Count == 0) output.WriteLine($"No job in {input.Store}.");
        else TextTable.Write(output, ["job", "phase", "started", "elapsed", "workload", "objective", "outcome"], records.Select(Row));
        return Task.FromResult(ExitCodes.ObjectiveMet);
    });

    private static object Brief(JobRecord record) => new
    {
        Job = record.Id.Value,
        record.Phase,
        record.StartedAt,
        record.ElapsedSeconds,
        Workload = record.Spec.Workload.Name,
        record.Spec.Objective,
        Candidates = record.Trials.Length,
        record.ProbeSeconds,
        record.ChargedSeconds,
        record.Outcome,
        record.Folder,
    };

    private static string[] Row(JobRecord record) =>
    [
        record.Id.Value, record.Phase.ToString().ToLowerInvariant(), record.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'"), Wording.Duration(record.ElapsedSeconds),
        record.Spec.Workload.Name, Wording.Objective(record.Spec.Objective), record.Outcome?.Summary ?? record.Notice,
    ];
}
