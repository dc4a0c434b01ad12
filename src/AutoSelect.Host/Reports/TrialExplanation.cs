using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports;

/// <summary>What was decided about one trial and why, for a terminal.</summary>
internal static class TrialExplanation
{
    private const string Indent = "                           ";

    public static void Write(JobRecord record, ExplainedTrial trial, TextWriter output)
    {
        var roles = trial.Roles.IsEmpty ? "" : $" ({string.Join(", ", trial.Roles)})";
        output.WriteLine(
            $"{trial.Trial} {trial.Candidate}{roles}: "
            + $"{trial.State.ToString().ToLowerInvariant()}{(trial.Reason.Length > 0 ? $", {trial.Reason}" : "")}");
        output.WriteLine($"    {trial.Strategy}, {trial.Settings}");
        var value = trial.BestValue is { } best ? $"best {record.Spec.Objective.Metric} {Wording.Value(best)}" : "never evaluated";
        output.WriteLine($"    {value}, {Wording.Duration(trial.ChargedSeconds)} of device time"
            + (trial.Restarts > 0 ? $", started again {Wording.Count(trial.Restarts, "time")} after its device was lost" : ""));
        if (trial.EarlierRuns is { Length: > 0 } earlier) output.WriteLine($"    Earlier runs: {earlier}");
        foreach (var (first, last) in Runs.Of(trial.Decisions, (a, b) => a.Kind == b.Kind && a.Reason == b.Reason))
        {
            output.WriteLine(
                $"    rung {Runs.Range(first.Rung, last.Rung),7}  {first.Kind.ToString().ToLowerInvariant(),-8}  {first.Reason}");
            if (last.Forecast is { } forecast)
                output.WriteLine($"{Indent}forecast{(first.Rung == last.Rung ? "" : $" at rung {last.Rung}")}: {forecast}");
        }
    }
}
