using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports;

/// <summary>The trials that people look for.</summary>
internal sealed record Roles(TrialId? Winner, TrialId? RunnerUp, TrialId? Baseline)
{
    /// <summary>Before a commit the front-runner of the last rung takes the winner's place, and the next one the runner-up's.</summary>
    public static Roles FromRecord(JobRecord record)
    {
        var ranked = record.Rungs.LastOrDefault(r => !r.Forecasts.IsEmpty)?.Forecasts.OrderByDescending(f => f.ProbabilityOfBest)
            .Select(f => f.Trial).ToArray() ?? [];
        var winner = record.Commit?.Winner ?? record.Outcome?.Winner ?? (ranked.Length > 0 ? ranked[0] : (TrialId?)null);
        var others = ranked.Where(t => t != winner).ToArray();
        var runnerUp = record.Commit is { } commit ? commit.RunnerUp : others.Length > 0 ? others[0] : null;
        return new Roles(winner, runnerUp, record.Trials.FirstOrDefault(t => t.Candidate.Name == record.Spec.Baseline)?.Id);
    }

    /// <summary>Words for a trial's roles; empty for most.</summary>
    public IEnumerable<string> Words(JobRecord record, TrialId trial)
    {
        if (trial == Winner) yield return record.Commit is null ? "front-runner" : "winner";
        if (trial == RunnerUp) yield return record.Commit is null ? "second" : "runner-up";
        if (record.Commits.Any(c => c.Winner == trial) && trial != Winner) yield return "was committed";
        if (trial == Baseline) yield return "baseline";
    }
}
