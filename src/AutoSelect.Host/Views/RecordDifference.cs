using AutoSelect.Contracts;
using AutoSelect.Planning;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Host.Views;

/// <summary>What happened between two records of a job, in order of time.</summary>
internal static class RecordDifference
{
    /// <param name="before">The record shown last; null where none was.</param>
    /// <param name="after">The newer one.</param>
    public static IEnumerable<JobEvent> Events(JobRecord? before, JobRecord after)
    {
        var events = new List<JobEvent>();
        foreach (var trial in after.Trials)
        {
            var known = before?.Trials.FirstOrDefault(t => t.Id == trial.Id);
            events.AddRange(SegmentEvents.Of(after, known, trial));
        }
        foreach (var rung in after.Rungs.Skip(before?.Rungs.Length ?? 0)) events.AddRange(RungEvents(after, rung));
        foreach (var commit in after.Commits.Skip(before?.Commits.Length ?? 0)) events.Add(CommitEvent(after, commit));
        if (after.Notice.Length > 0 && after.Notice != before?.Notice) events.Add(Plain(after, JobEventNames.Notice, after.Notice));
        if (after.Phase == JobPhase.Paused && before?.Phase != JobPhase.Paused) events.Add(Plain(after, JobEventNames.Phase, "paused"));
        if (after.Outcome is { } outcome && before?.Outcome is null) events.Add(Plain(after, JobEventNames.Outcome, outcome.Summary) with { Trial = outcome.Winner?.Value, Value = outcome.Value });
        var ordered = events.OrderBy(e => e.At);
        return before is null ? ordered.Prepend(JobText(after)) : ordered;
    }

    private static JobEvent JobText(JobRecord record) =>
        Plain(record, JobEventNames.Job, $"job {record.Id}: {record.Spec.Workload.Name}, {Wording.Objective(record.Spec.Objective)}; {record.Trials.Length} candidates on {record.Spec.Probe.Devices} devices") with { At = 0 };

    private static IEnumerable<JobEvent> RungEvents(JobRecord record, RungRecord rung)
    {
        var risks = $"committing now risks {Cost(rung.RegretOfCommitting, rung.Unit)}, one more rung costs {Cost(rung.CostOfContinuing, rung.Unit)}";
        yield return Plain(record, JobEventNames.Rung, $"rung {rung.Rung}: {rung.Summary} ({risks})") with { At = rung.DecidedAt, Rung = rung.Rung };
        foreach (var decision in rung.Decisions)
        {
            var trial = record[decision.Trial];
            yield return Plain(record, JobEventNames.Decision, $"{Verb(decision.Kind)} {Name(trial)}: {decision.Reason}") with
            {
                At = rung.DecidedAt,
                Rung = rung.Rung,
                Trial = trial.Id.Value,
                Candidate = trial.Candidate.Name,
                Decision = decision.Kind.ToString(),
                Numbers = decision.Numbers,
            };
        }
    }

    private static JobEvent CommitEvent(JobRecord record, Commit commit)
    {
        var winner = record[commit.Winner];
        return Plain(record, JobEventNames.Commit, $"{(commit.IsFallback ? "fallback to" : "committed to")} {Name(winner)}: {commit.Reason}") with
        {
            At = commit.At,
            Rung = commit.Rung,
            Trial = winner.Id.Value,
            Candidate = winner.Candidate.Name,
        };
    }

    private static JobEvent Plain(JobRecord record, string name, string text) =>
        new() { Event = name, At = record.ElapsedSeconds, Job = record.Id.Value, Text = text };

    public static string Name(Trial trial) => $"{trial.Id} {trial.Candidate.Name}";

    private static string Cost(double value, string unit) =>
        unit == "s" ? Wording.Duration(value) : $"{Wording.Value(value)} {unit}";

    private static string Verb(DecisionKind kind) => kind switch
    {
        DecisionKind.Continue => "continue",
        DecisionKind.Pause => "pause",
        DecisionKind.Stop => "stop",
        _ => "commit",
    };
}
