using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>What was decided at a rung, for people.</summary>
internal static class DecisionText
{
    /// <summary>The rung, its decisions, and the commit where it made one.</summary>
    public static IEnumerable<EventLine> Lines(JobRecord record, RungRecord rung, Commit? commit)
    {
        var saving = Wording.Amount(rung.ExpectedSaving, rung.Unit);
        var bid = rung.ExpectedSaving <= 0 ? "" : $" (the best challenger is expected to save {saving}, "
            + $"its devices are worth {Wording.Amount(rung.PriceOfSaving, rung.Unit)})";
        var text = $"rung {rung.Rung}: {rung.Summary}{bid}";
        yield return EventText.Line(record, EventNames.Rung, text) with
        {
            At = rung.DecidedAt,
            Rung = rung.Rung,
            IsRoutine = record.Rungs is [.., { Summary: var before }, _] && before == rung.Summary,
        };
        foreach (var decision in rung.Decisions)
        {
            var trial = record[decision.Trial];
            var decided = $"{Verb(decision.Kind)} {EventText.Name(trial)}: {decision.Reason}";
            yield return OfTrial(record, rung, EventNames.Decision, trial, decided) with
            {
                Decision = decision.Kind.ToString(),
                Numbers = decision.Numbers,
                IsRoutine = decision.Kind == DecisionKind.Continue || (trial.Segments.IsEmpty && decision.Kind != DecisionKind.Commit),
            };
        }
        if (commit is null) yield break;
        var winner = record[commit.Winner];
        yield return OfTrial(record, rung, EventNames.Commit, winner,
            $"{(commit.IsFallback ? "fallback to" : "committed to")} {EventText.Name(winner)}: {commit.Reason}");
    }

    private static EventLine OfTrial(JobRecord record, RungRecord rung, string name, Trial trial, string text) =>
        EventText.Line(record, name, text) with
        {
            At = rung.DecidedAt,
            Rung = rung.Rung,
            Trial = trial.Id.Value,
            Candidate = trial.Candidate.Name,
        };

    private static string Verb(DecisionKind kind) => kind switch
    {
        DecisionKind.Continue => "continue",
        DecisionKind.Pause => "pause",
        DecisionKind.Stop => "stop",
        _ => "commit",
    };
}
