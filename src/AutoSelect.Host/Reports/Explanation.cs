using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.EarlierJobs;

namespace AutoSelect.Host.Reports;

/// <summary>Why each candidate was paused, stopped, failed or chosen, for a terminal.</summary>
internal static class Explanation
{
    /// <param name="record">The job, in any phase.</param>
    /// <param name="output">Plain text goes here.</param>
    /// <param name="only">One trial; null for all.</param>
    /// <param name="standing">On which earlier runs its choices stand; null where that is not known.</param>
    /// <exception cref="ArgumentException">The job has no such trial.</exception>
    public static void Write(JobRecord record, TextWriter output, TrialId? only = null, JobStanding? standing = null)
    {
        var document = ExplanationDocument.FromRecord(record, only, standing);
        output.WriteLine($"{document.Job}: {document.Objective}");
        output.WriteLine(document.Answer.Sentence);
        if (document.Simulated is { } simulated) output.WriteLine($"SIMULATED: {simulated}.");
        if (record.Notice.Length > 0) output.WriteLine($"Notice: {record.Notice}");
        if (only is null) WriteWhole(record, document, output);
        foreach (var trial in document.Trials.Where(t => only is not null || IsWorthABlock(t)))
        {
            output.WriteLine();
            TrialExplanation.Write(record, trial, output);
        }
        ImmutableArray<ExplainedTrial> others = only is null ? [.. document.Trials.Where(t => !IsWorthABlock(t))] : [];
        if (others.IsEmpty) return;
        output.WriteLine();
        output.WriteLine($"Not tried: {string.Join(", ", others.Select(t => $"{t.Trial} {t.Candidate}"))}.");
    }

    /// <summary>The same as one JSON document.</summary>
    /// <exception cref="ArgumentException">The job has no such trial.</exception>
    public static string Json(JobRecord record, TrialId? only = null, JobStanding? standing = null) =>
        JsonSerializer.Serialize(ExplanationDocument.FromRecord(record, only, standing), RecordJson.Indented);

    private static bool IsWorthABlock(ExplainedTrial trial) =>
        trial.ChargedSeconds > 0 || trial.State is not (TrialState.Waiting or TrialState.Stopped)
        || trial.Decisions.Any(d => d.Kind is DecisionKind.Continue or DecisionKind.Commit);

    private static void WriteWhole(JobRecord record, ExplanationDocument document, TextWriter output)
    {
        output.WriteLine();
        var width = document.Answer.Figures.Max(f => f.Label.Length);
        foreach (var figure in document.Answer.Figures)
            output.WriteLine($"  {figure.Label.PadRight(width)}  {figure.Value} ({figure.Note})");
        output.WriteLine();
        if (document.Order is { } order) output.WriteLine($"Order of challengers: {order}.");
        if (!document.ByEarlierRuns.IsEmpty)
            output.WriteLine($"{StandingText.ByEarlierRuns(record, document.ByEarlierRuns)}; all else was decided by curves of this job.");
        foreach (var commit in document.Commits)
        {
            output.WriteLine(
                $"{commit.How} {commit.Winner} at rung {commit.Rung}, {Wording.Duration(commit.At)} into the job: {commit.Reason}");
            if (commit.IsEnding) continue;
            output.WriteLine($"  P(best) {Wording.Percent(commit.ProbabilityOfBest)} of those begun; expected regret "
                + Wording.Amount(commit.ExpectedRegret, commit.Unit)
                + (commit.RunnerUp is { } second ? $"; {second} kept as runner-up." : "; no runner-up kept."));
        }
        if (record.Rungs.IsEmpty) return;
        output.WriteLine();
        output.WriteLine("Rungs");
        foreach (var (rung, last) in Runs.Of(record.Rungs, (a, b) => a.Summary == b.Summary))
            output.WriteLine($"  {Runs.Range(rung.Rung, last.Rung),7}  {Wording.Duration(rung.DecidedAt),12}  {rung.Summary}");
    }
}
