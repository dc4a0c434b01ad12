using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Decisions;

/// <summary>
/// Keeps a job's checkpoints within their limit: paused trials give theirs up, the least promising first. Never the baseline of an insured
/// job, which rests only to go on when its account is spent. Pure.
/// </summary>
internal static class DiskLimit
{
    /// <summary>The rung with Pause turned into Stop for as many trials as the limit asks for; never for the runner-up.</summary>
    public static RungRecord Applied(RungRecord rung, JobRecord record, TrialId? runnerUp)
    {
        var limit = record.Spec.Checkpoints.DiskLimitBytes;
        var kept = rung.Decisions.Where(d => d.Kind != DecisionKind.Stop).Sum(d => Bytes(record, d.Trial));
        var promise = rung.Forecasts.ToDictionary(f => f.Trial, f => f.ProbabilityOfBest);
        var decisions = rung.Decisions;
        foreach (var decision in rung.Decisions
            .Where(d => d.Kind == DecisionKind.Pause && d.Trial != runnerUp && Bytes(record, d.Trial) > 0
                && !Lanes.IsLaneZero(record, record[d.Trial]))
            .OrderBy(d => promise.GetValueOrDefault(d.Trial)))
        {
            if (kept <= limit) break;
            kept -= Bytes(record, decision.Trial);
            decisions = decisions.Replace(decision, decision with
            {
                Kind = DecisionKind.Stop,
                Reason = $"{record[decision.Trial].Candidate.Name} gives up its checkpoint of {Bytes(record, decision.Trial):N0} bytes: "
                    + $"the job's checkpoints may take {limit:N0}, and it is the least likely of the paused ones to be best",
                Numbers = decision.Numbers.SetItem("diskLimitBytes", limit),
            });
        }
        return rung with { Decisions = decisions };
    }

    private static long Bytes(JobRecord record, TrialId trial) => record[trial].Checkpoint?.KeptBytes ?? 0;
}
