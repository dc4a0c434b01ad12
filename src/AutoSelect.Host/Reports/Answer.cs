using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Reports;

/// <summary>One figure of the answer.</summary>
/// <param name="Mark">"good", "bad" or empty, for its colour.</param>
internal sealed record AnswerFigure(string Label, string Value, string Note, string Mark = "");

/// <summary>What the job found, in one sentence and a few figures.</summary>
internal sealed record Answer(string Sentence, ImmutableArray<AnswerFigure> Figures)
{
    public static Answer FromRecord(JobRecord record) => new(SentenceOn(record), [.. FiguresOf(record)]);

    /// <summary>How the job stands, or what it came to.</summary>
    public static string SentenceOn(JobRecord record)
    {
        if (record.Outcome is { } outcome) return outcome.Winner is null ? outcome.Summary : Verdict.Sentence(record);
        var name = Roles.FromRecord(record).Winner is { } id ? record[id].Candidate.Name : null;
        var state = record.Phase switch
        {
            JobPhase.Waiting => $"The job has waited for {Wording.Duration(record.ElapsedSeconds)} to be admitted",
            JobPhase.Exporting => "The job has its answer and writes it",
            JobPhase.Paused => $"The job is paused after {Wording.Duration(record.ElapsedSeconds)}",
            JobPhase.Failed => "The job failed",
            JobPhase.Cancelled => "The job was cancelled",
            JobPhase.Completed => "The job has ended",
            _ when record.Trials.All(t => t.Segments.IsEmpty) => "The job has not started yet",
            _ => $"The job is running, {Wording.Duration(record.ElapsedSeconds)} so far",
        };
        return name is null ? $"{state}."
            : record.Commit is not null ? $"{state}; {name} holds it."
            : $"{state}; {name} is in front by forecast.";
    }

    private static IEnumerable<AnswerFigure> FiguresOf(JobRecord record)
    {
        var objective = record.Spec.Objective;
        if (record.Outcome is { Winner: not null } outcome)
        {
            var met = outcome.ObjectiveMet ? "objective met" : "objective not met";
            if (objective.Kind == ObjectiveKind.FastestTo)
                yield return new("Time to target", outcome.SecondsToTarget is { } s ? Wording.Duration(s) : "not reached",
                    $"{met}; wall clock, probe included", outcome.ObjectiveMet ? "good" : "bad");
            yield return new($"Final {objective.Metric}", Wording.Value(outcome.Value),
                objective.Kind == ObjectiveKind.FastestTo ? "on the validation data" : $"{met}; on the validation data",
                objective.Kind == ObjectiveKind.FastestTo ? "" : outcome.ObjectiveMet ? "good" : "bad");
            yield return new($"Test {objective.Metric}", Wording.Value(outcome.TestValue),
                outcome.TestValue is null ? "the workload has no test data" : "never used for a decision");
        }
        if (Certainty(record) is { } certainty) yield return certainty;
        var accounting = Accounting.FromRecord(record);
        yield return new("Candidates not chosen", Wording.Duration(accounting.Probe),
            record.Commit is null ? "of device time: all that was spent, since nobody is chosen"
                : $"of device time, {Wording.Percent(accounting.ProbeShare)} of {Wording.Duration(accounting.Total)}{Insurance(record)}");
        foreach (var figure in BaselineAnswer.Figures(record, accounting)) yield return figure;
    }

    /// <summary>The baseline's part of what was spent on others.</summary>
    private static string Insurance(JobRecord record) =>
        record.Trials.FirstOrDefault(t => t.Candidate.Name == record.Spec.Baseline) is { ChargedSeconds: > 0 and var charged } baseline
            && record.Commit?.Winner != baseline.Id
            ? $"; {(charged >= record.ProbeSeconds ? "all" : Wording.Duration(charged))} of it in the baseline's lane" : "";

    /// <summary>Of a choice that a policy made: who arrives first is no matter of probability any more.</summary>
    private static AnswerFigure? Certainty(JobRecord record)
    {
        if (record.Commit is { } last && CommitText.IsEnding(record, last)) return null;
        var forecast = record.Commit?.Forecast
            ?? (Roles.FromRecord(record).Winner is { } front ? SpeedAccuracy.LastForecast(record, front) : null);
        if (forecast is null) return null;
        var unit = record.Rungs.LastOrDefault(r => r.Forecasts.Any(f => f.Trial == forecast.Trial))?.Unit ?? "s";
        var when = record.Commit is { } commit ? $"at the commit, rung {commit.Rung}{(commit.IsFallback ? ", a fall-back" : "")}"
            : "at the last rung";
        return new("Probability of best", Wording.Percent(forecast.ProbabilityOfBest),
            $"{when}; expected regret {Wording.Amount(forecast.ExpectedRegret, unit)}");
    }
}
