namespace AutoSelect.Contracts;

/// <summary>What a phase means for what may still happen.</summary>
public static class JobPhases
{
    /// <summary>Those in which a job may train.</summary>
    public static IReadOnlyCollection<JobPhase> Running { get; } = [JobPhase.Probing, JobPhase.Committed, JobPhase.Exporting];

    /// <summary>True while a job may train.</summary>
    public static bool IsRunning(this JobPhase phase) => phase is JobPhase.Probing or JobPhase.Committed or JobPhase.Exporting;

    /// <summary>True once nothing can happen to it any more.</summary>
    public static bool HasEnded(this JobPhase phase) => phase is JobPhase.Completed or JobPhase.Failed or JobPhase.Cancelled;
}
