using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.EarlierJobs;

namespace AutoSelect.Host.Reports;

/// <summary>Why every candidate of a job is where it is; what <c>explain --json</c> writes.</summary>
internal sealed record ExplanationDocument
{
    public required string Job { get; init; }
    public required JobPhase Phase { get; init; }
    public required string Objective { get; init; }

    /// <summary>What was simulated; null when nothing was.</summary>
    public string? Simulated { get; init; }

    public required Answer Answer { get; init; }

    /// <summary>Where the order of the challengers comes from; null where that is not known any more.</summary>
    public string? Order { get; init; }

    /// <summary>Trials that were begun on the word of earlier runs alone.</summary>
    public required ImmutableArray<PriorChoice> ByEarlierRuns { get; init; }

    public required ImmutableArray<ExplainedCommit> Commits { get; init; }
    public required ImmutableArray<ExplainedTrial> Trials { get; init; }

    /// <summary>Device seconds: all, those of the candidates not chosen, and their share.</summary>
    public required double DeviceSeconds { get; init; }
    public required double ProbeDeviceSeconds { get; init; }
    public required double ProbeShare { get; init; }

    /// <param name="record">The job.</param>
    /// <param name="only">One trial; null for all.</param>
    /// <param name="standing">On which earlier runs its choices stand; null where that is not known.</param>
    /// <exception cref="ArgumentException">The job has no such trial.</exception>
    public static ExplanationDocument FromRecord(JobRecord record, TrialId? only = null, JobStanding? standing = null)
    {
        if (only is { } wanted && record.Trials.All(t => t.Id != wanted))
            throw new ArgumentException(
                $"Trial '{wanted}': job {record.Id} has "
                + $"{(record.Trials.IsEmpty ? "no trials" : $"{record.Trials[0].Id} to {record.Trials[^1].Id}")}.");
        var roles = Roles.FromRecord(record);
        var accounting = Accounting.FromRecord(record);
        return new ExplanationDocument
        {
            Job = record.Id.Value,
            Phase = record.Phase,
            Objective = Wording.Objective(record.Spec.Objective),
            Simulated = record.Spec.Labels.GetValueOrDefault(JobSpec.SimulatedLabel),
            Answer = Answer.FromRecord(record),
            Order = standing is null ? null : StandingText.Order(standing),
            ByEarlierRuns = PriorChoices.FromRecord(record),
            Commits = [.. record.Commits.Select(c => ExplainedCommit.FromCommit(record, c))],
            Trials =
            [
                .. record.Trials.Where(t => only is null || t.Id == only).Select(t => ExplainedTrial.FromTrial(record, roles, t, standing)),
            ],
            DeviceSeconds = accounting.Total,
            ProbeDeviceSeconds = accounting.Probe,
            ProbeShare = accounting.ProbeShare,
        };
    }
}

/// <summary>A commit with the evidence it rests on.</summary>
/// <param name="How">"Committed to", "Ended with", … as <see cref="CommitText"/> has it.</param>
internal sealed record ExplainedCommit(
    string Winner, string? RunnerUp, bool IsFallback, bool IsEnding, int Rung, double At, string How, string Reason,
    double ProbabilityOfBest, double ExpectedRegret, string Unit)
{
    public static ExplainedCommit FromCommit(JobRecord record, Commit commit)
    {
        var rung = record.Rungs.FirstOrDefault(r => r.Rung == commit.Rung);
        return new ExplainedCommit(NameOf(record, commit.Winner),
            commit.RunnerUp is { } second ? NameOf(record, second) : null, commit.IsFallback,
            CommitText.IsEnding(record, commit), commit.Rung, commit.At, CommitText.How(record, commit), commit.Reason,
            commit.Forecast.ProbabilityOfBest, commit.Forecast.ExpectedRegret, rung?.Unit ?? "s");
    }

    private static string NameOf(JobRecord record, TrialId id) => record.Trials.FirstOrDefault(t => t.Id == id)?.Candidate.Name ?? id.Value;
}

/// <summary>A candidate, where it is, why, and what was decided about it on the way.</summary>
/// <param name="EarlierRuns">On how many of them stands what was believed of it; null where that is not known.</param>
internal sealed record ExplainedTrial(
    string Trial, string Candidate, string Strategy, string Settings, ImmutableArray<string> Roles, TrialState State, string Reason,
    double? BestValue, double ChargedSeconds, int Restarts, string? EarlierRuns, ImmutableArray<ExplainedDecision> Decisions)
{
    public static ExplainedTrial FromTrial(JobRecord record, Roles roles, Trial trial, JobStanding? standing) => new(
        trial.Id.Value, trial.Candidate.Name, trial.Candidate.Strategy,
        $"batch {trial.Candidate.BatchSize}, {Wording.Candidate(trial.Candidate)}", [.. roles.Words(record, trial.Id)],
        trial.State, trial.Reason, CurveReading.Best(trial, record.Spec.Objective)?.Deliverable(record.Spec.Objective.Direction),
        trial.ChargedSeconds, trial.Restarts, standing is null ? null : StandingText.Candidate(standing, trial.Candidate),
        [.. record.Rungs.SelectMany(r =>
            r.Decisions.Where(d => d.Trial == trial.Id).Select(d => ExplainedDecision.FromDecision(r, d, record.Spec.Objective)))]);
}

/// <summary>One decision about a candidate.</summary>
/// <param name="Forecast">Of the candidate at that moment, with interval and probability; null where there was none.</param>
internal sealed record ExplainedDecision(
    int Rung, double At, DecisionKind Kind, string Reason, string? Forecast, ImmutableSortedDictionary<string, double> Numbers)
{
    public static ExplainedDecision FromDecision(RungRecord rung, Decision decision, Objective objective) => new(
        rung.Rung, rung.DecidedAt, decision.Kind, decision.Reason,
        rung.Forecasts.FirstOrDefault(f => f.Trial == decision.Trial) is { } forecast ? ForecastText.Describe(forecast, objective) : null,
        decision.Numbers);
}
