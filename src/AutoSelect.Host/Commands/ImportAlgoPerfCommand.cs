using System.CommandLine;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect replay import algoperf DIR</c></summary>
internal static class ImportAlgoPerfCommand
{
    public static Command Create(CommandTree tree)
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "Folder of submission logs: …/SUBMISSION/study_I/WORKLOAD_FRAMEWORK/trial_J/eval_measurements.csv.",
        };
        var metric = new Option<string?>("--metric")
        {
            Description = "Metric of a workload that AlgoPerf v0.5 lacks: the column validation/METRIC.",
        };
        var direction = new Option<string?>("--direction") { Description = "Its direction: minimize or maximize." };
        var target = new Option<double?>("--target") { Description = "Its target." };
        var (budget, file) = (ImportCommand.BudgetSeconds(), ImportCommand.Out());
        direction.AcceptOnlyFromAmong("minimize", "maximize");
        return tree.Bind(new Command(
            "algoperf", "Imports logs of AlgoPerf submissions.") { folder, metric, direction, target, budget, file }, (parsed, input) =>
        {
            var unknown = Unknown(parsed.GetValue(metric), parsed.GetValue(direction), parsed.GetValue(target), parsed.GetValue(budget));
            var path = parsed.GetValue(folder)!;
            return ImportCommand.Write(
                tree, input, parsed.GetValue(file)!, ImportCommand.Read(path, () => AlgoPerfLogs.Read(path, unknown)));
        });
    }

    private static Func<string, AlgoPerfWorkload>? Unknown(string? metric, string? direction, double? target, double? budget)
    {
        if (metric is null && direction is null && target is null && budget is null) return null;
        if (metric is null || direction is null || target is not { } value)
            throw new CommandFault(
                ExitCodes.BadInput, "--metric, --direction and --target go together: they describe a workload that AlgoPerf v0.5 lacks.");
        return name => new AlgoPerfWorkload(
            name, name, metric, direction == "maximize" ? Direction.Maximize : Direction.Minimize, value, budget, null);
    }
}
