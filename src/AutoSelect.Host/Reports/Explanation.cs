using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports;

/// <summary>Why each candidate was paused, stopped, failed or chosen, for a terminal.</summary>
internal static class Explanation
{
    /// <param name="record">The job, in any phase.</param>
    /// <param name="output">Plain text goes here.</param>
    /// <param name="only">One trial; null for all.</param>
    /// <exception cref="ArgumentException">The job has no such trial.</exception>
    public static void Write(JobRecord record, TextWriter output, TrialId? only = null)
    {
        var document = ExplanationDocument.FromRecord(record, only);
        output.WriteLine($"{document.Job}: {document.Objective}");
        output.WriteLine(document.Answer.Sentence);
        if (document.Simulated is { } simulated) output.WriteLine($"SIMULATED: {simulated}.");
        if (record.Notice.Length > 0) output.WriteLine($"Notice: {record.Notice}");
        if (only is null) WriteWhole(record, document, output);
        foreach (var trial in document.Trials)
        {
            output.WriteLine();
            WriteTrial(record, trial, output);
        }
    }

    /// <summary>The same as one JSON document.</summary>
    /// <exception cref="ArgumentException">The job has no such trial.</exception>
    public static string Json(JobRecord record, TrialId? only = null) =>
        JsonSerializer.Serialize(ExplanationDocument.FromRecord(record, only), RecordJson.Indented);

    private static void WriteWhole(JobRecord record, ExplanationDocument document, TextWriter output)
    {
        output.WriteLine();
        var width = document.Answer.Figures.Max(f => f.Label.Length);
        foreach (var figure in document.Answer.Figures)
            output.WriteLine($"  {figure.Label.PadRight(width)}  {figure.Value} ({figure.Note})");
        foreach (var commit in document.Commits)
        {
            output.WriteLine();
            output.WriteLine(
                $"{(commit.IsFallback ? "Fell back to" : "Committed to")} {commit.Winner} at rung {commit.Rung}, "
                + $"{Wording.Duration(commit.At)} into the job.");
            output.WriteLine($"  {commit.Reason}");
            output.WriteLine($"  P(best) {Wording.Percent(commit.ProbabilityOfBest)} of those begun; expected regret "
                + Wording.Amount(commit.ExpectedRegret, commit.Unit)
                + (commit.RunnerUp is { } second ? $"; {second} kept as runner-up." : "; no runner-up kept."));
        }
        if (record.Rungs.IsEmpty) return;
        output.WriteLine();
        output.WriteLine("Rungs");
        foreach (var rung in record.Rungs) output.WriteLine($"  {rung.Rung,2}  {Wording.Duration(rung.DecidedAt),12}  {rung.Summary}");
    }

    private static void WriteTrial(JobRecord record, ExplainedTrial trial, TextWriter output)
    {
        var roles = trial.Roles.IsEmpty ? "" : $" ({string.Join(", ", trial.Roles)})";
        output.WriteLine(
            $"{trial.Trial} {trial.Candidate}{roles}: "
            + $"{trial.State.ToString().ToLowerInvariant()}{(trial.Reason.Length > 0 ? $", {trial.Reason}" : "")}");
        output.WriteLine($"    {trial.Strategy}, {trial.Settings}");
        var value = trial.BestValue is { } best ? $"best {record.Spec.Objective.Metric} {Wording.Value(best)}" : "never evaluated";
        output.WriteLine($"    {value}, {Wording.Duration(trial.ChargedSeconds)} of device time"
            + (trial.Restarts > 0 ? $", started again {Wording.Count(trial.Restarts, "time")} after its device was lost" : ""));
        foreach (var decision in trial.Decisions)
        {
            output.WriteLine($"    rung {decision.Rung,2}  {decision.Kind.ToString().ToLowerInvariant(),-8}  {decision.Reason}");
            if (!decision.Numbers.IsEmpty)
                output.WriteLine(
                    "                       "
                    + $"{string.Join(", ", decision.Numbers.Select(n => $"{Wording.Key(n.Key)} {Wording.Number(n.Value, 3)}"))}");
        }
    }
}
