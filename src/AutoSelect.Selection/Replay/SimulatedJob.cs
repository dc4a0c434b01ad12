using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection;

/// <summary>
/// Runs a selection policy over recorded curves in virtual time, with the rungs of the running system: the continued trials are
/// put on the devices in the order of the decisions, each on the one that is free first; when all have come to their next step,
/// the policy decides; after the commit the winner runs alone. Simulated: no training, no overhead of loading and saving.
/// </summary>
public sealed class SimulatedJob
{
    private const int MostRungs = 500;
    private readonly ImmutableArray<RecordedCurve> curves;
    private readonly ImmutableArray<SimulatedTrial> trials;
    private readonly ImmutableArray<SimulatedRung>.Builder rungs = ImmutableArray.CreateBuilder<SimulatedRung>();
    private Commit? commit;
    private double now;
    private double? reachedAt;

    private SimulatedJob(ImmutableArray<RecordedCurve> curves)
    {
        this.curves = curves;
        trials = [.. curves.Select((c, i) => new SimulatedTrial(i, c))];
    }

    /// <summary>Runs one job over the candidates of one problem.</summary>
    /// <param name="curves">At least one curve.</param>
    /// <exception cref="ArgumentException">No curves.</exception>
    public static SimulatedOutcome Run(ImmutableArray<RecordedCurve> curves, ISelectionPolicy policy, SimulatedConditions conditions)
    {
        if (curves.IsDefaultOrEmpty) throw new ArgumentException("0 curves: a simulated job needs at least 1.", nameof(curves));
        return new SimulatedJob(curves).Run(policy, conditions);
    }

    private SimulatedOutcome Run(ISelectionPolicy policy, SimulatedConditions conditions)
    {
        var objective = conditions.Objective;
        var deadline = objective.DeadlineSeconds ?? double.PositiveInfinity;
        for (var rung = 0; rung < MostRungs && reachedAt is null && now < deadline; rung++)
        {
            var outcome = policy.Decide(Input(conditions, rung));
            rungs.Add(new SimulatedRung(rung, now, outcome));
            Apply(outcome, rung);
            var next = Next(outcome);
            if (next.Count == 0) break;
            RunRung(next, commit is null ? conditions.Devices : 1, objective, deadline);
        }
        var winner = trials.FirstOrDefault(t => t.Id == commit?.Winner) ?? trials.Where(t => t.State == TrialState.Completed).MinBy(t => t.ChargedSeconds);
        if (reachedAt is not null) winner = trials.First(t => t.Value is { } v && objective.Reaches(v));
        return new SimulatedOutcome
        {
            Rungs = rungs.ToImmutable(),
            Winner = winner?.Curve.Candidate,
            SecondsToTarget = reachedAt,
            Value = winner?.Value,
            WallSeconds = now,
            DeviceSeconds = trials.Sum(t => t.ChargedSeconds),
            ProbeSeconds = trials.Where(t => t != winner).Sum(t => t.ChargedSeconds),
            Reference = ReferenceFigures.Of(curves, objective),
        };
    }

    private SelectionInput Input(SimulatedConditions conditions, int rung)
    {
        var interval = Median(curves.SelectMany(c => c.Steps.Skip(1).Zip(c.Steps, (a, b) => (double)(a - b))));
        return new SelectionInput
        {
            Objective = conditions.Objective,
            Confidence = conditions.Confidence,
            Probe = conditions.Probe,
            Rung = rung,
            ElapsedSeconds = now,
            Devices = commit is null ? conditions.Devices : 1,
            Trials = [.. trials.Select(t => t.ToEvidence())],
            Commit = commit,
            Seed = conditions.Seed,
            Evaluation = new EvaluationPolicy { PerEpoch = 1 / interval },
        };
    }

    private void Apply(SelectionOutcome outcome, int rung)
    {
        foreach (var decision in outcome.Decisions)
        {
            var trial = trials.First(t => t.Id == decision.Trial);
            if (!trial.IsAlive) continue;
            trial.State = decision.Kind switch
            {
                DecisionKind.Stop => TrialState.Stopped,
                DecisionKind.Pause => TrialState.Paused,
                DecisionKind.Commit => TrialState.Committed,
                _ => trial.Id == commit?.Winner ? TrialState.Committed : TrialState.Running,
            };
        }
        if (outcome.Winner is not { } winner) return;
        commit = new Commit
        {
            Winner = winner,
            RunnerUp = outcome.RunnerUp,
            Rung = rung,
            At = now,
            Forecast = outcome.Forecasts.FirstOrDefault(f => f.Trial == winner) ?? commit!.Forecast,
            IsFallback = commit is not null,
            Reason = outcome.Summary,
        };
    }

    private List<(SimulatedTrial Trial, long Step)> Next(SelectionOutcome outcome) =>
        [.. outcome.Decisions.Select(d => trials.First(t => t.Id == d.Trial))
            .Where(t => t.State is TrialState.Running or TrialState.Committed && outcome.NextStep.ContainsKey(t.Id))
            .Select(t => (t, outcome.NextStep[t.Id]))];

    private void RunRung(List<(SimulatedTrial Trial, long Step)> next, int devices, Objective objective, double deadline)
    {
        var free = Enumerable.Repeat(now, Math.Max(1, devices)).ToArray();
        foreach (var (trial, step) in next)
        {
            var device = Array.IndexOf(free, free.Min());
            var until = Math.Min(deadline, reachedAt ?? double.PositiveInfinity);
            if (free[device] >= until) continue;
            var (seconds, reached) = trial.Run(step, until - free[device], objective);
            free[device] += seconds;
            if (reached) reachedAt = Math.Min(reachedAt ?? double.PositiveInfinity, free[device]);
        }
        now = reachedAt ?? free.Max();
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 1 : Math.Max(1, sorted[sorted.Length / 2]);
    }
}
