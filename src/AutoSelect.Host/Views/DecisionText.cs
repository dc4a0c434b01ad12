using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>What was decided at a rung, for people.</summary>
internal static class DecisionText
{
    /// <summary>The rung, its decisions, and the commit where it made one.</summary>
    public static IEnumerable<EventLine> Lines(JobRecord record, RungRecord rung, Commit? commit)
    {
        var news = new RungNews(record, rung, commit);
        yield return EventText.Line(record, EventNames.Rung, $"rung {rung.Rung}: {rung.Summary}") with
        {
            At = rung.DecidedAt,
            Rung = rung.Rung,
            IsRoutine = !news.IsWorthTelling,
        };
        foreach (var decision in rung.Decisions)
        {
            var trial = record[decision.Trial];
            var (decided, standing) = (Told(trial, Verb(decision.Kind), decision.Reason), Standing(record, trial, decision.Kind));
            if (standing.Length > 0) decided = decided.TrimEnd('.') + standing;
            yield return OfTrial(record, rung, EventNames.Decision, trial, decided) with
            {
                Decision = decision.Kind.ToString(),
                Numbers = decision.Numbers,
                IsRoutine = !news.IsNews(decision),
            };
        }
        if (commit is null) yield break;
        var winner = record[commit.Winner];
        var committed = Told(winner, commit.IsFallback ? "fell back to" : "committed to", commit.Reason);
        yield return OfTrial(record, rung, EventNames.Commit, winner, committed) with { IsRoutine = news.IsEnding };
    }

    /// <summary>Reasons that are whole sentences on a candidate need no more than its trial.</summary>
    private static string Told(Trial trial, string verb, string reason) =>
        reason.StartsWith(trial.Candidate.Name + " ", StringComparison.Ordinal) ? $"{trial.Id} {reason}"
        : $"{verb} {EventText.Name(trial)}: {reason}";

    /// <summary>Where one that rests or is given up has come to.</summary>
    private static string Standing(JobRecord record, Trial trial, DecisionKind kind) =>
        kind is not (DecisionKind.Pause or DecisionKind.Stop) || trial.Curve.IsEmpty ? ""
        : $" ({record.Spec.Objective.Metric} {Wording.Value(trial.Curve[^1].Deliverable(record.Spec.Objective.Direction))} at epoch "
            + $"{Wording.Epochs(SegmentText.Epoch(record, trial, trial.Curve[^1].Step))})";

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
        DecisionKind.Continue => "train",
        DecisionKind.Pause => "pause",
        DecisionKind.Stop => "stop",
        _ => "commit",
    };
}
