using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Grains;

/// <summary>Records of what was known and decided at a rung. Pure.</summary>
internal static class RungRecords
{
    public static RungRecord Of(SelectionInput input, SelectionOutcome outcome, JobRecord record) => new()
    {
        Rung = record.Rungs.Length,
        DecidedAt = input.ElapsedSeconds,
        Forecasts = outcome.Forecasts,
        Decisions = outcome.Decisions,
        Unit = outcome.Unit,
        RegretOfCommitting = outcome.RegretOfCommitting,
        CostOfContinuing = outcome.CostOfContinuing,
        SpentDeviceSeconds = record.ChargedSeconds,
        Summary = outcome.Summary,
        Feasible = outcome.Feasible,
        Horizon = input.Trials.ToImmutableSortedDictionary(t => t.Trial.Value, t => t.Step),
        NextStep = outcome.NextStep.ToImmutableSortedDictionary(n => n.Key.Value, n => Branches.Until(record, n.Key, n.Value)),
    };

    /// <summary>The rung at which the runtime itself ends the probe: target reached, deadline, or nothing left to train.</summary>
    public static RungRecord Ending(JobRecord record, Trial winner, double at, string reason) => new()
    {
        Rung = record.Rungs.Length,
        DecidedAt = at,
        Forecasts = [],
        Decisions =
        [
            .. record.Trials.Where(t => t.IsAlive || t.Id == winner.Id).Select(t => t.Id == winner.Id
                ? new Decision { Trial = t.Id, Kind = DecisionKind.Commit, Reason = reason, Numbers = Numbers(record, t) }
                : new Decision { Trial = t.Id, Kind = DecisionKind.Stop, Reason = $"the job ends with {winner.Candidate.Name}: {reason}", Numbers = Numbers(record, t) }),
        ],
        Unit = "s",
        RegretOfCommitting = 0,
        CostOfContinuing = 0,
        SpentDeviceSeconds = record.ChargedSeconds,
        Summary = reason,
    };

    public static Commit CommitOf(JobRecord before, RungRecord rung, TrialId winner, TrialId? runnerUp)
    {
        var trial = before[winner];
        return new Commit
        {
            Winner = winner,
            RunnerUp = runnerUp,
            Rung = rung.Rung,
            At = rung.DecidedAt,
            Forecast = rung.Forecasts.FirstOrDefault(f => f.Trial == winner)
                ?? before.Rungs.Reverse().SelectMany(r => r.Forecasts).FirstOrDefault(f => f.Trial == winner)
                ?? Measured(trial, before.Spec.Objective.Direction),
            IsFallback = before.Commit is not null && !Branches.IsCommitOpen(before),
            Reason = rung.Decisions.First(d => d.Trial == winner).Reason,
        };
    }

    /// <summary>Stands in where the winner was decided before anything was forecast: the value it has is all there is to say.</summary>
    private static Forecast Measured(Trial trial, Direction direction)
    {
        var value = trial.Curve.IsEmpty ? double.NaN : trial.Curve[^1].Deliverable(direction);
        return new Forecast
        {
            Trial = trial.Id,
            AtStep = trial.SafeStep(),
            FinalValue = new Quantiles { P05 = value, P25 = value, P50 = value, P75 = value, P95 = value },
            FinalAtSeconds = trial.Curve.IsEmpty ? 0 : trial.Curve[^1].DeviceSeconds,
            ProbabilityOfBest = 1,
            ExpectedRegret = 0,
            SecondsPerStep = trial.StepTime?.MeanSeconds ?? double.NaN,
        };
    }

    private static ImmutableSortedDictionary<string, double> Numbers(JobRecord record, Trial trial)
    {
        var numbers = ImmutableSortedDictionary.CreateBuilder<string, double>();
        numbers["chargedSeconds"] = trial.ChargedSeconds;
        if (!trial.Curve.IsEmpty) numbers["value"] = trial.Curve[^1].Deliverable(record.Spec.Objective.Direction);
        return numbers.ToImmutable();
    }
}
