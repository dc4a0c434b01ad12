using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Makes of a job's record what lists show of it.</summary>
public static class JobSummaries
{
    /// <param name="record">The job.</param>
    /// <param name="now">By the clock of the control side; sets the job's own clock too.</param>
    /// <param name="expected">What the job is expected to come to.</param>
    public static JobSummary FromRecord(JobRecord record, DateTimeOffset now, ExpectedOutcome? expected = null) => new()
    {
        Id = record.Id,
        Name = record.Spec.Name,
        Phase = record.Phase,
        SubmittedAt = record.StartedAt,
        UpdatedAt = now,
        ElapsedSeconds = record.ClockAt(now),
        Workload = record.Spec.Workload.Name,
        IsElsewhere = record.Spec.Workload.IsElsewhere,
        Objective = record.Spec.Objective,
        Candidates = record.Spec.Candidates.Length,
        Folder = record.Folder,
        ChargedSeconds = record.ChargedSeconds,
        ProbeSeconds = record.ProbeSeconds,
        Winner = record.Commit is { } commit ? record[commit.Winner].Candidate.Name : null,
        WinnerStrategy = record.Commit is { } made ? record[made.Winner].Candidate.Strategy : null,
        Outcome = record.Outcome,
        Notice = record.Notice,
        IsInterrupted = record.IsInterrupted,
        AwaitsHook = record.AwaitsHook,
        Project = record.Spec.Project,
        Owner = record.Spec.Owner,
        Priority = record.Spec.Priority,
        Labels = record.Spec.Labels,
        Expected = expected,
    };
}
