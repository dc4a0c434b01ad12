using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Decisions;

/// <summary>Records of what was known and decided. Pure.</summary>
public static class RungRecords
{
    /// <summary>
    /// The record of a policy's outcome, its desired state made whole: trials that it left alone go on as they were sent.
    /// </summary>
    public static RungRecord FromOutcome(SelectionInput input, SelectionOutcome outcome, JobRecord record, DecisionBasis basis) => new()
    {
        Rung = record.Rungs.Length,
        DecidedAt = input.ElapsedSeconds,
        Forecasts = outcome.Forecasts,
        Decisions = outcome.Decisions,
        Unit = outcome.Unit,
        ExpectedSaving = outcome.ExpectedSaving,
        PriceOfSaving = outcome.PriceOfSaving,
        SpentDeviceSeconds = record.ChargedSeconds,
        Summary = outcome.Summary,
        Feasible = outcome.Feasible,
        Horizon = input.Trials.ToImmutableSortedDictionary(t => t.Trial.Value, t => t.Step),
        NextStep = NextSteps(outcome, record),
        Basis = basis,
        DecideAgainAt = outcome.DecideAgainAt,
        Devices = outcome.Devices,
    };

    /// <summary>The record of an end by a rule of the job: target reached, deadline, or nothing left to train.</summary>
    public static RungRecord Ending(JobRecord record, Trial winner, double at, string reason) =>
        ByRule(record, winner, at, reason, DecisionKind.Stop,
            t => $"the job ends with {winner.Candidate.Name}: {reason}", ImmutableSortedDictionary<string, long>.Empty);

    /// <summary>The record of a commit that somebody asked for: the others keep their checkpoints.</summary>
    public static RungRecord Asked(JobRecord record, Trial winner, double at, string reason) =>
        ByRule(record, winner, at, reason, DecisionKind.Pause,
            t => $"waits, since {winner.Candidate.Name} was chosen: {reason}",
            ImmutableSortedDictionary<string, long>.Empty.Add(winner.Id.Value, Branches.Until(record, winner.Id, winner.HorizonSteps)));

    /// <summary>The commit that a rung makes.</summary>
    /// <param name="before">The record without the rung.</param>
    /// <param name="rung">Which.</param>
    /// <param name="winner">Whom it commits to.</param>
    /// <param name="runnerUp">Whose checkpoint is kept.</param>
    /// <param name="fallsBack">True where a policy says that the trial committed to before has left its forecast or cannot go on.</param>
    public static Commit CommitTo(JobRecord before, RungRecord rung, TrialId winner, TrialId? runnerUp, bool fallsBack = false)
    {
        var trial = before[winner];
        return new Commit
        {
            Winner = winner,
            RunnerUp = runnerUp,
            Rung = rung.Rung,
            At = rung.DecidedAt,
            Forecast = rung.Forecasts.FirstOrDefault(f => f.Trial == winner)
                ?? before.Rungs.TakeLast(1).SelectMany(r => r.Forecasts).FirstOrDefault(f => f.Trial == winner)
                ?? Measured(trial, before.Spec.Objective.Direction),
            // Who is overtaken while it goes on is no fall-back's cause.
            IsFallback = before.Commit is { } former
                && (fallsBack || before[former.Winner].State is TrialState.Failed or TrialState.Stopped),
            Reason = rung.Decisions.First(d => d.Trial == winner).Reason,
        };
    }

    private static ImmutableSortedDictionary<string, long> NextSteps(SelectionOutcome outcome, JobRecord record)
    {
        var next = outcome.NextStep.ToImmutableSortedDictionary(n => n.Key.Value, n => Branches.Until(record, n.Key, n.Value));
        if (record.Rungs.IsEmpty) return next;
        var judged = outcome.Decisions.Select(d => d.Trial.Value).ToHashSet(StringComparer.Ordinal);
        return next.SetItems(record.Rungs[^1].NextStep.Where(
            n => !judged.Contains(n.Key) && record[new TrialId(n.Key)].OpenSegment() is not null));
    }

    private static RungRecord ByRule(JobRecord record, Trial winner, double at, string reason, DecisionKind others, Func<Trial, string> why,
        ImmutableSortedDictionary<string, long> next) => new()
        {
            Rung = record.Rungs.Length,
            DecidedAt = at,
            Forecasts = [],
            Decisions =
        [
            .. record.Trials.Where(t => t.IsAlive || t.Id == winner.Id).Select(t => t.Id == winner.Id
                ? new Decision { Trial = t.Id, Kind = DecisionKind.Commit, Reason = reason, Numbers = Numbers(record, t) }
                : new Decision { Trial = t.Id, Kind = others, Reason = why(t), Numbers = Numbers(record, t) }),
        ],
            Unit = "s",
            SpentDeviceSeconds = record.ChargedSeconds,
            Summary = reason,
            Horizon = others == DecisionKind.Stop ? ImmutableSortedDictionary<string, long>.Empty
            : record.Trials.ToImmutableSortedDictionary(t => t.Id.Value, t => t.SafeStep()),
            NextStep = next,
        };

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
