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

    public static JobRequest Pause(string reason = "") => new() { Kind = JobRequestKind.Pause, Reason = reason };

    public static JobRequest Resume() => new() { Kind = JobRequestKind.Resume };

    public static JobRequest Cancel(string reason = "") => new() { Kind = JobRequestKind.Cancel, Reason = reason };

    public static JobRequest StopTrial(TrialId trial, string reason = "") =>
        new() { Kind = JobRequestKind.StopTrial, Trial = trial, Reason = reason };

    public static JobRequest CommitTo(TrialId trial, string reason = "") =>
        new() { Kind = JobRequestKind.CommitTo, Trial = trial, Reason = reason };
}
