using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies;

/// <summary>Trains every candidate to its end and only then names the best: the oracle that other policies are measured against.</summary>
public sealed class ExhaustivePolicy : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "exhaustive";

    /// <inheritdoc/>
    public bool RunsTrialsToTheirHorizons => true;

    /// <inheritdoc/>
    public int Version => 2;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var job = JobOutlook.FromInput(input);
        var going = input.Trials.Where(t => JobOutlook.IsAlive(t) && t.Step < t.HorizonSteps).ToImmutableArray();
        var ended = input.Trials.Where(
            t => t.Step > 0 && (t.State == TrialState.Completed || (JobOutlook.IsAlive(t) && t.Step >= t.HorizonSteps))).ToImmutableArray();
        var winner = input.Commit?.Winner
            ?? (going.IsEmpty ? ended.OrderBy(t => Rank(t, input)).ThenBy(t => t.Trial).FirstOrDefault()?.Trial : null);
        var unit = input.Objective.Kind == ObjectiveKind.BestBy ? input.Objective.Metric : "s";
        return new SelectionOutcome
        {
            Decisions = [.. going
                .Select(t => Say(t, DecisionKind.Continue, $"{t.Candidate.Name} trains to its end, as every candidate does.")),
                .. ended.Where(t => JobOutlook.IsAlive(t) || t.Trial == winner).Select(t => t.Trial == winner
                    ? Say(t, DecisionKind.Commit, $"{t.Candidate.Name} is the best of all that were trained to their end.")
                    : Say(t, DecisionKind.Pause, $"{t.Candidate.Name} has been trained to its end."))],
            Forecasts = ForecastWriter.Write(job),
            NextStep = going.ToImmutableSortedDictionary(t => t.Trial, t => t.HorizonSteps),
            Winner = winner,
            RunnerUp = null,
            Unit = unit,
            Summary = winner is { } w ? $"All have ended; {w} is the best." : $"{Wording.Count(going.Length, "trial")} train to their end.",
        };
    }

    private static Decision Say(TrialEvidence trial, DecisionKind kind, string reason) =>
        new() { Trial = trial.Trial, Kind = kind, Reason = reason };

    /// <summary>What the trial was worth: seconds to the target and the value, the value at the deadline, or the best trade-off.</summary>
    private static (double, double) Rank(TrialEvidence trial, SelectionInput input)
    {
        var objective = input.Objective;
        var sign = objective.Direction == Direction.Maximize ? -1 : 1;
        var points = trial.Curve.Select(
            p => (Seconds: p.DeviceSeconds + p.EvaluationSeconds, Value: sign * p.Deliverable(objective.Direction)))
            .Where(p => double.IsFinite(p.Value)).ToArray();
        if (points.Length == 0) return (double.PositiveInfinity, double.PositiveInfinity);
        var inTime = points.Where(p => p.Seconds <= (objective.DeadlineSeconds ?? double.PositiveInfinity))
            .DefaultIfEmpty((double.PositiveInfinity, double.PositiveInfinity)).ToArray();
        return objective.Kind switch
        {
            ObjectiveKind.FastestTo when objective.Target is { } target =>
                (points.Where(p => p.Value <= sign * target).Select(p => p.Seconds)
                    .DefaultIfEmpty(double.PositiveInfinity).Min(), points[^1].Value),
            ObjectiveKind.Tradeoff => (inTime.Min(p => (objective.SecondsPerUnit ?? 0) * p.Item2 + p.Item1), points[^1].Value),
            _ => (inTime[^1].Item2, points[^1].Value),
        };
    }
}
