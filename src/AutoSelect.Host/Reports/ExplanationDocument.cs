using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Analysis;

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
    public required ImmutableArray<ExplainedCommit> Commits { get; init; }
    public required ImmutableArray<ExplainedTrial> Trials { get; init; }

    /// <summary>Device seconds: all, those of the candidates not chosen, and their share.</summary>
    public required double DeviceSeconds { get; init; }
    public required double ProbeDeviceSeconds { get; init; }
    public required double ProbeShare { get; init; }

    /// <param name="record">The job.</param>
    /// <param name="only">One trial; null for all.</param>
    /// <exception cref="ArgumentException">The job has no such trial.</exception>
    public static ExplanationDocument FromRecord(JobRecord record, TrialId? only = null)
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
            Commits = [.. record.Commits.Select(c => ExplainedCommit.FromCommit(record, c))],
            Trials = [.. record.Trials.Where(t => only is null || t.Id == only).Select(t => ExplainedTrial.FromTrial(record, roles, t))],
            DeviceSeconds = accounting.Total,
            ProbeDeviceSeconds = accounting.Probe,
            ProbeShare = accounting.ProbeShare,
        };
    }
}

/// <summary>A commit with the evidence it rests on.</summary>
internal sealed record ExplainedCommit(
    string Winner, string? RunnerUp, bool IsFallback, int Rung, double At, string Reason,
    double ProbabilityOfBest, double ExpectedRegret, string Unit)
{
    public static ExplainedCommit FromCommit(JobRecord record, Commit commit)
    {
        var rung = record.Rungs.FirstOrDefault(r => r.Rung == commit.Rung);
        return new ExplainedCommit(NameOf(record, commit.Winner),
            commit.RunnerUp is { } second ? NameOf(record, second) : null, commit.IsFallback, commit.Rung, commit.At,
            commit.Reason, commit.Forecast.ProbabilityOfBest, commit.Forecast.ExpectedRegret, rung?.Unit ?? "s");
    }

    private static string NameOf(JobRecord record, TrialId id) => record.Trials.FirstOrDefault(t => t.Id == id)?.Candidate.Name ?? id.Value;
}

/// <summary>A candidate, where it is, why, and what was decided about it on the way.</summary>
internal sealed record ExplainedTrial(
    string Trial, string Candidate, string Strategy, string Settings, ImmutableArray<string> Roles, TrialState State, string Reason,
    double? BestValue, double ChargedSeconds, int Restarts, ImmutableArray<ExplainedDecision> Decisions)
{
    public static ExplainedTrial FromTrial(JobRecord record, Roles roles, Trial trial) => new(
        trial.Id.Value, trial.Candidate.Name, trial.Candidate.Strategy,
        $"batch {trial.Candidate.BatchSize}, {Wording.Candidate(trial.Candidate)}", [.. roles.Words(record, trial.Id)],
        trial.State, trial.Reason, CurveReading.Best(trial, record.Spec.Objective)?.Deliverable(record.Spec.Objective.Direction),
        trial.ChargedSeconds, trial.Restarts,
        [.. record.Rungs.SelectMany(r =>
            r.Decisions.Where(d => d.Trial == trial.Id)
                .Select(d => new ExplainedDecision(r.Rung, r.DecidedAt, d.Kind, d.Reason, d.Numbers)))]);
}

/// <summary>One decision about a candidate.</summary>
internal sealed record ExplainedDecision(
    int Rung, double At, DecisionKind Kind, string Reason, ImmutableSortedDictionary<string, double> Numbers);
