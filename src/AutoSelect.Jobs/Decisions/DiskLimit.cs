using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Decisions;

/// <summary>
/// Keeps a job's checkpoints within their limit: trials that rest give theirs up, the least promising first, whether this decision rests
/// them or an earlier one did. Never the baseline of an insured job, which rests only to go on when its account is spent. Pure.
/// </summary>
internal static class DiskLimit
{
    /// <summary>The rung with a Stop for as many resting trials as the limit asks for; never for the runner-up.</summary>
    public static RungRecord Applied(RungRecord rung, JobRecord record, TrialId? runnerUp)
    {
        var limit = record.Spec.Checkpoints.DiskLimitBytes;
        var judged = rung.Decisions.ToDictionary(d => d.Trial);
        var kept = record.Trials.Where(t => Kind(t) != DecisionKind.Stop).ToList();
        var bytes = kept.Sum(Bytes);
        if (bytes <= limit) return rung;

        var promise = rung.Forecasts.ToDictionary(f => f.Trial, f => f.ProbabilityOfBest);
        foreach (var trial in kept.Where(MayGiveUp).OrderBy(t => promise.GetValueOrDefault(t.Id)))
        {
            if (bytes <= limit) break;
            bytes -= Bytes(trial);
            rung = rung with { Decisions = With(rung.Decisions, GivesUp(trial, limit)) };
        }
        return rung;

        DecisionKind? Kind(Trial trial) => judged.TryGetValue(trial.Id, out var decision) ? decision.Kind : null;

        bool MayGiveUp(Trial trial) => trial.Id != runnerUp && Bytes(trial) > 0 && !Lanes.IsLaneZero(record, trial)
            && (Kind(trial) == DecisionKind.Pause || (Kind(trial) is null && IsAtRest(trial, rung)));
    }

    /// <summary>True for a trial that an earlier decision rested and that this one sends nowhere.</summary>
    private static bool IsAtRest(Trial trial, RungRecord rung) =>
        trial.State == TrialState.Paused && trial.OpenSegment() is null && !rung.NextStep.ContainsKey(trial.Id.Value);

    private static Decision GivesUp(Trial trial, long limit) => new()
    {
        Trial = trial.Id,
        Kind = DecisionKind.Stop,
        Reason = $"{trial.Candidate.Name} gives up its checkpoint of {Bytes(trial):N0} bytes: "
            + $"the job's checkpoints may take {limit:N0}, and it is the least likely of the paused ones to be best",
        Numbers = ImmutableSortedDictionary<string, double>.Empty.Add("diskLimitBytes", limit),
    };

    private static ImmutableArray<Decision> With(ImmutableArray<Decision> decisions, Decision giving) =>
        decisions.FirstOrDefault(d => d.Trial == giving.Trial) is { } before
            ? decisions.Replace(before, giving with { Numbers = before.Numbers.SetItems(giving.Numbers) }) : decisions.Add(giving);

    private static long Bytes(Trial trial) => trial.Checkpoint?.KeptBytes ?? 0;
}
