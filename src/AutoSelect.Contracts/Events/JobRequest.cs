namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum JobRequestKind
{
    /// <summary>Interrupt all segments with a checkpoint.</summary>
    Pause,

    /// <summary>Go on after a pause; takes a pause back that has not happened yet.</summary>
    Resume,

    /// <summary>End without a model.</summary>
    Cancel,

    /// <summary>Give one candidate up.</summary>
    StopTrial,

    /// <summary>Commit to one candidate whatever the policy would do.</summary>
    CommitTo,

    /// <summary>Put another target or deadline in force.</summary>
    Extend,

    /// <summary>Try more candidates.</summary>
    AddCandidates,
}

/// <summary>Something that a person or a fault asks of a job. It is stored and answered at once; the job acts on it when it can.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.JobRequest")]
public sealed record JobRequest
{
    [Id(0)] public required JobRequestKind Kind { get; init; }

    /// <summary>
    /// Which candidate's trial; set with <see cref="JobRequestKind.StopTrial"/> and <see cref="JobRequestKind.CommitTo"/>.
    /// </summary>
    [Id(1)] public TrialId? Trial { get; init; }

    /// <summary>Why, for people; empty where a person just asked.</summary>
    [Id(2)] public string Reason { get; init; } = "";

    /// <summary>The target in force from now on, with <see cref="JobRequestKind.Extend"/>; null leaves it.</summary>
    [Id(3)] public double? Target { get; init; }

    /// <summary>
    /// Seconds of the job's clock at which it has to end from now on, with <see cref="JobRequestKind.Extend"/>; infinite for no deadline,
    /// null leaves it.
    /// </summary>
    [Id(4)] public double? DeadlineSeconds { get; init; }

    /// <summary>What is added; set with <see cref="JobRequestKind.AddCandidates"/>.</summary>
    [Id(5)] public CandidateAddition? Addition { get; init; }

    /// <summary>
    /// True where nobody asked, but the job cannot go on as things are: storage failed, or its devices are needed elsewhere.
    /// </summary>
    [Id(6)] public bool IsForced { get; init; }

    /// <summary>A pause that no person asked for.</summary>
    public static JobRequest Interrupt(string reason) => Pause(reason) with { IsForced = true };

    public static JobRequest Pause(string reason = "") => new() { Kind = JobRequestKind.Pause, Reason = reason };

    public static JobRequest Resume() => new() { Kind = JobRequestKind.Resume };

    public static JobRequest Cancel(string reason = "") => new() { Kind = JobRequestKind.Cancel, Reason = reason };

    public static JobRequest StopTrial(TrialId trial, string reason = "") =>
        new() { Kind = JobRequestKind.StopTrial, Trial = trial, Reason = reason };

    public static JobRequest CommitTo(TrialId trial, string reason = "") =>
        new() { Kind = JobRequestKind.CommitTo, Trial = trial, Reason = reason };

    public static JobRequest Extend(double? target, double? deadlineSeconds, string reason = "") =>
        new() { Kind = JobRequestKind.Extend, Target = target, DeadlineSeconds = deadlineSeconds, Reason = reason };

    public static JobRequest Add(CandidateAddition addition, string reason = "") =>
        new() { Kind = JobRequestKind.AddCandidates, Addition = addition, Reason = reason };
}
