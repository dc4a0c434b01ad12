namespace AutoSelect.Contracts;

/// <summary>What the address that a job names is told of its end.</summary>
public sealed record JobEndedNotice
{
    /// <summary>Always "job.ended".</summary>
    public string Type { get; init; } = "job.ended";

    public required JobId Job { get; init; }
    public required string Project { get; init; }

    /// <summary>Completed, Failed or Cancelled.</summary>
    public required JobPhase Outcome { get; init; }

    /// <summary>True when the target was reached, or the deadline or horizon met with a finite value.</summary>
    public required bool ObjectiveMet { get; init; }

    /// <summary>Name of the candidate that was delivered; null where none was.</summary>
    public string? Winner { get; init; }

    /// <summary>Name of the workload's metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Deliverable value of the final weights on the validation data; null where there are none.</summary>
    public double? Value { get; init; }

    /// <summary>Seconds of the job's clock: since its submission, without the time it was paused.</summary>
    public required double Seconds { get; init; }

    /// <summary>How it ended, for people.</summary>
    public required string Summary { get; init; }

    /// <summary>Address of the job in the API; null where the API is only there for the time of the job.</summary>
    public string? Link { get; init; }

    /// <param name="record">A job that has ended.</param>
    /// <param name="api">Where the API is; null where it is only there for the time of the job.</param>
    public static JobEndedNotice OfJob(JobRecord record, Uri? api) => new()
    {
        Job = record.Id,
        Project = record.Spec.Project,
        Outcome = record.Phase,
        ObjectiveMet = record.Outcome!.ObjectiveMet,
        Winner = record.Outcome.Winner is { } winner ? record[winner].Candidate.Name : null,
        Metric = record.Spec.Objective.Metric,
        Value = record.Outcome.Value,
        Seconds = record.ElapsedSeconds,
        Summary = record.Outcome.Summary,
        Link = api is null ? null : new Uri(api, $"v1/jobs/{record.Id}").ToString(),
    };
}
