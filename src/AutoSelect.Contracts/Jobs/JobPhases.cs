namespace AutoSelect.Contracts;

/// <summary>What a phase means for what may still happen.</summary>
public static class JobPhases
{
    /// <summary>Those in which a job may train, or will without anybody's doing.</summary>
    public static IReadOnlyCollection<JobPhase> Running { get; } =
        [JobPhase.Waiting, JobPhase.Probing, JobPhase.Committed, JobPhase.Exporting];

    /// <summary>True while a job may train, or will without anybody's doing.</summary>
    public static bool IsRunning(this JobPhase phase) =>
        phase is JobPhase.Waiting or JobPhase.Probing or JobPhase.Committed or JobPhase.Exporting;

    /// <summary>
    /// A phase as people read it, with how it came to it: a job that completed without meeting its objective "missed", one that paused
    /// without being asked was "interrupted".
    /// </summary>
    /// <param name="phase">Of the job.</param>
    /// <param name="outcome">How it ended; null before.</param>
    /// <param name="isInterrupted">True where no person asked for its pause.</param>
    public static string Word(this JobPhase phase, Outcome? outcome, bool isInterrupted) => phase switch
    {
        JobPhase.Completed when outcome?.ObjectiveMet != true => "missed",
        JobPhase.Paused when isInterrupted => "interrupted",
        _ => phase.ToString().ToLowerInvariant(),
    };

    /// <summary>True once nothing can happen to it any more.</summary>
    public static bool HasEnded(this JobPhase phase) => phase is JobPhase.Completed or JobPhase.Failed or JobPhase.Cancelled;
}
