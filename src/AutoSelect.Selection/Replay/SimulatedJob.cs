using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.Replay;

/// <summary>
/// Runs a selection policy over recorded curves in virtual time. The continued trials wait for devices in the order of the
/// decisions; the policy decides when all have come to their next step, or, if it <see cref="ISelectionPolicy.DecidesWhenADeviceIsFree"/>,
/// as soon as a device has nothing to do. The job ends when a trial reaches the target: what the others were doing by then is
/// charged. Simulated: no training, no overhead of loading and saving.
/// </summary>
public sealed class SimulatedJob
{
    private readonly SimulatedConditions conditions;
    private readonly ISelectionPolicy policy;
    private readonly ImmutableArray<RecordedCurve> curves;
    private readonly ImmutableArray<SimulatedTrial> trials;
    private readonly double?[] hits;
    private readonly Dictionary<TrialId, int> index = [];
    private readonly Queue<(SimulatedTrial Trial, long Step)> waiting = new();
    private readonly List<SimulatedTrial> running = [];
    private readonly ImmutableArray<SimulatedRung>.Builder rungs = ImmutableArray.CreateBuilder<SimulatedRung>();
    private readonly double shortestInterval;
    private Commit? commit;
    private SimulatedTrial? hit;
    private double now;

    private SimulatedJob(ImmutableArray<RecordedCurve> curves, ISelectionPolicy policy, SimulatedConditions conditions)
    {
        (this.curves, this.policy, this.conditions) = (curves, policy, conditions);
        var runs = curves.Select(c => new RecordedRun(c)).ToArray();
        shortestInterval = runs.Min(r => r.Interval());
        trials = [.. curves.Select((c, i) =>
            new SimulatedTrial(i, c, runs[i], AnnouncedHorizon.StepsFor(c, curves, runs[i]), shortestInterval))];
        var objective = conditions.Objective;
        hits = [.. runs.Select(r => objective.Kind == ObjectiveKind.FastestTo ? r.SecondsToTarget(objective) : null)];
        for (var i = 0; i < trials.Length; i++) index[trials[i].Id] = i;
    }

    /// <summary>Runs one job over the candidates of one problem.</summary>
    /// <param name="curves">At least one curve.</param>
    /// <exception cref="ArgumentException">No curves.</exception>
    public static SimulatedOutcome Run(ImmutableArray<RecordedCurve> curves, ISelectionPolicy policy, SimulatedConditions conditions)
    {
        if (curves.IsDefaultOrEmpty) throw new ArgumentException("0 curves: a simulated job needs at least 1.", nameof(curves));
        return new SimulatedJob(curves, policy, conditions).Run();
    }

    private SimulatedOutcome Run()
    {
        var limit = Math.Min(
            conditions.Objective.DeadlineSeconds ?? double.PositiveInfinity, conditions.StopAfterSeconds ?? double.PositiveInfinity);
        // A policy that sends trials to where they are would go on for ever.
        var mostDecisions = 500 + 20 * trials.Length;
        while (hit is null && now < limit)
        {
            if (IsDecisionDue)
            {
                if (rungs.Count == mostDecisions) break;
                Decide();
            }
            while (running.Count < conditions.Devices && waiting.TryDequeue(out var next)) Start(next.Trial, next.Step);
            if (running.Count == 0) break;
            Advance(limit);
        }
        foreach (var trial in running) trial.Halt(now);
        return Outcome();
    }

    private bool IsDecisionDue =>
        waiting.Count == 0 && (running.Count == 0 || (policy.DecidesWhenADeviceIsFree && running.Count < conditions.Devices));

    private void Decide()
    {
        var outcome = policy.Decide(Input());
        rungs.Add(new SimulatedRung(rungs.Count, now, outcome));
        foreach (var decision in outcome.Decisions) Apply(decision, outcome);
        if (outcome.Winner is { } winner) Commit(winner, outcome);
    }

    private void Apply(Decision decision, SelectionOutcome outcome)
    {
        var trial = trials[index[decision.Trial]];
        if (!trial.IsAlive) return;
        var isOn = trial.Segment is not null;
        if (isOn && decision.Kind is DecisionKind.Continue or DecisionKind.Commit)
        {
            if (decision.Kind == DecisionKind.Commit) trial.State = TrialState.Committed;
            return;
        }
        if (isOn)
        {
            trial.Halt(now);
            running.Remove(trial);
        }
        trial.State = decision.Kind switch
        {
            DecisionKind.Stop => TrialState.Stopped,
            DecisionKind.Pause => TrialState.Paused,
            DecisionKind.Commit => TrialState.Committed,
            _ => trial.Id == commit?.Winner ? TrialState.Committed : TrialState.Running,
        };
        if (trial.State is TrialState.Running or TrialState.Committed && outcome.NextStep.TryGetValue(trial.Id, out var step))
            waiting.Enqueue((trial, step));
    }

    private void Commit(TrialId winner, SelectionOutcome outcome) => commit = new Commit
    {
        Winner = winner,
        RunnerUp = outcome.RunnerUp,
        Rung = rungs.Count - 1,
        At = now,
        Forecast = outcome.Forecasts.FirstOrDefault(f => f.Trial == winner) ?? commit!.Forecast,
        IsFallback = commit is not null,
        Reason = outcome.Summary,
    };

    private void Start(SimulatedTrial trial, long step)
    {
        trial.Start(now, step, hits[index[trial.Id]]);
        running.Add(trial);
    }

    /// <summary>Goes to the next time at which a trial leaves its device.</summary>
    private void Advance(double limit)
    {
        var next = running.Min(t => t.Segment!.End);
        now = Math.Min(next, limit);
        if (next > limit) return;
        foreach (var trial in running.Where(t => t.Segment!.End <= next).ToArray())
        {
            if (trial.Segment!.Reaches) hit ??= trial;
            trial.Finish();
            running.Remove(trial);
        }
    }

    private SelectionInput Input() => new()
    {
        Objective = conditions.Objective,
        Confidence = conditions.Confidence,
        Probe = conditions.Probe,
        Rung = rungs.Count,
        ElapsedSeconds = now,
        Devices = commit is null ? conditions.Devices : 1,
        Trials = [.. trials.Select(t => t.ToEvidence(now))],
        Commit = commit,
        Seed = conditions.Seed,
        Evaluation = new EvaluationPolicy { PerEpoch = 1 / shortestInterval },
        Workload = curves[0].Workload,
        History = conditions.History,
    };

    private SimulatedOutcome Outcome()
    {
        var winner = hit ?? trials.FirstOrDefault(t => t.Id == commit?.Winner) ?? Best();
        return new SimulatedOutcome
        {
            Rungs = rungs.ToImmutable(),
            Winner = winner?.Curve.Candidate,
            SecondsToTarget = hit is null ? null : now,
            Value = winner?.Value,
            WallSeconds = now,
            DeviceSeconds = trials.Sum(t => t.ChargedSeconds),
            ProbeSeconds = trials.Where(t => t != winner).Sum(t => t.ChargedSeconds),
            Reference = ReferenceFigures.FromCurves(curves, conditions.Objective),
        };
    }

    /// <summary>Without a commit the job delivers the best value it has.</summary>
    private SimulatedTrial? Best() => trials.Where(t => t.Value is not null && t.State != TrialState.Failed)
        .OrderBy(t => conditions.Objective.Direction == Direction.Maximize ? -t.Value : t.Value).FirstOrDefault();
}
