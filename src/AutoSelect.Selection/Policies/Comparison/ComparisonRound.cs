using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// What the comparison policies share: trials ranked by their values, budgets as shares of a trial's run, and outcomes. They never
/// commit: a single trial that is left trains on to its end.
/// </summary>
internal sealed class ComparisonRound(SelectionInput input)
{
    private readonly double sign = input.Objective.Direction == Direction.Maximize ? -1 : 1;

    public SelectionInput Input => input;

    public ImmutableArray<TrialEvidence> Trials { get; } = [.. input.Trials.OrderBy(t => t.Trial)];

    /// <summary>Trials that may train on.</summary>
    public IEnumerable<TrialEvidence> Alive => Trials.Where(JobOutlook.IsAlive);

    /// <summary>All trials in an order drawn from the seed.</summary>
    public ImmutableArray<TrialEvidence> Shuffled()
    {
        var numbers = SeededNumbers.Named(input.Seed, "order");
        return [.. Trials.Select(t => (Trial: t, Key: numbers.Uniform())).OrderBy(t => t.Key).Select(t => t.Trial)];
    }

    /// <summary>Step at which a trial has had a share of its run.</summary>
    public static long StepAt(TrialEvidence trial, double share) =>
        share >= 1 ? trial.HorizonSteps
            : Math.Clamp((long)Math.Ceiling(share * trial.HorizonSteps - 1e-6), 1, Math.Max(1, trial.HorizonSteps));

    public static bool HasHad(TrialEvidence trial, double share) =>
        trial.Step >= StepAt(trial, share) || trial.State == TrialState.Completed;

    /// <summary>A value where smaller is better; not a number is as bad as can be.</summary>
    public double Loss(CurvePoint point) =>
        point.Deliverable(input.Objective.Direction) is var value && double.IsFinite(value) ? sign * value : double.PositiveInfinity;

    /// <summary>Latest loss by a share of the run; infinite without a point.</summary>
    public double LossAt(TrialEvidence trial, double share)
    {
        var step = StepAt(trial, share);
        for (var i = trial.Curve.Length - 1; i >= 0; i--)
            if (trial.Curve[i].Step <= step) return Loss(trial.Curve[i]);
        return double.PositiveInfinity;
    }

    /// <summary>Latest loss; infinite without a point.</summary>
    public double LastLoss(TrialEvidence trial) => trial.Curve.IsDefaultOrEmpty ? double.PositiveInfinity : Loss(trial.Curve[^1]);

    /// <summary>The target as a loss; null without one.</summary>
    public double? Target => input.Objective.Kind == ObjectiveKind.FastestTo ? sign * input.Objective.Target : null;

    /// <summary>Seconds and losses of a trial's finite points after its start.</summary>
    public (double[] Seconds, double[] Losses) Curve(TrialEvidence trial)
    {
        var points = trial.Curve.Select(p => (Seconds: p.DeviceSeconds + p.EvaluationSeconds, Loss: Loss(p)))
            .Where(p => p.Seconds > 0 && double.IsFinite(p.Loss)).ToArray();
        return ([.. points.Select(p => p.Seconds)], [.. points.Select(p => p.Loss)]);
    }

    /// <summary>Seconds of a trial's own clock at which its run ends, or the job's deadline when that comes first.</summary>
    public double EndSeconds(TrialEvidence trial) => Math.Min(
        StepCost.SecondsPerStep(trial, input.Evaluation) * trial.HorizonSteps,
        trial.ChargedSeconds + Math.Max(0, (input.Objective.DeadlineSeconds ?? double.PositiveInfinity) - input.ElapsedSeconds));

    /// <summary>The trials from the smallest latest loss to the largest, ties by name.</summary>
    public IEnumerable<TrialEvidence> Ranked(IEnumerable<TrialEvidence> trials) => trials.OrderBy(LastLoss).ThenBy(t => t.Trial);

    /// <summary>
    /// These trials train on to their shares; the other alive ones are stopped, or left alone where <paramref name="others"/> is no
    /// decision.
    /// </summary>
    public SelectionOutcome GoOn(
        IEnumerable<(TrialEvidence Trial, double Share)> going, string why, DecisionKind? others = DecisionKind.Stop)
    {
        var chosen = going.Where(g => JobOutlook.IsAlive(g.Trial)).ToArray();
        var ids = chosen.Select(g => g.Trial.Trial).ToHashSet();
        return new SelectionOutcome
        {
            Decisions = [.. chosen.Select(g => Say(
                g.Trial, DecisionKind.Continue, $"{g.Trial.Candidate.Name} trains to {Wording.Percent(g.Share)} of its run: {why}.")),
                .. others is not { } kind ? []
                    : Alive.Where(t => !ids.Contains(t.Trial))
                        .Select(t => Say(t, kind, $"{t.Candidate.Name} is not among those that go on: {why}."))],
            NextStep = chosen.ToImmutableSortedDictionary(g => g.Trial.Trial, g => StepAt(g.Trial, g.Share)),
            Unit = input.Objective.Kind == ObjectiveKind.BestBy ? input.Objective.Metric : "s",
            Summary = $"{Wording.Count(chosen.Length, "trial")} go on: {why}.",
        };
    }

    public static Decision Say(TrialEvidence trial, DecisionKind kind, string reason) =>
        new() { Trial = trial.Trial, Kind = kind, Reason = reason };
}
