using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Histories;

[JsonConverter(typeof(JsonStringEnumConverter<EntryKind>))]
internal enum EntryKind
{
    /// <summary>Something is asked for; what becomes of it is not known yet.</summary>
    Asked,

    /// <summary>The answer: it was done.</summary>
    Done,

    /// <summary>The answer: it was not done, and never will be.</summary>
    Refused,

    /// <summary>No answer, or one that does not say: it may have been done.</summary>
    Unknown,

    /// <summary>Something that happened to whoever writes it.</summary>
    Note,
}

/// <summary>One line of a history: what a client asked, was told, or saw. What does not apply is null.</summary>
internal sealed record HistoryEntry
{
    /// <summary>Seconds of the machine's monotonic clock, the same for all processes.</summary>
    public required double At { get; init; }

    /// <summary>Who writes it: a client or a device process.</summary>
    public required string Client { get; init; }

    /// <summary>The same for what was asked and its answer.</summary>
    public required long Operation { get; init; }

    public required EntryKind Kind { get; init; }

    /// <summary>One of <see cref="Whats"/>.</summary>
    public required string What { get; init; }

    /// <summary>The submitter's own id of a submission, or the reason given with a request.</summary>
    public string? Key { get; init; }
    public JobId? Job { get; init; }
    public TrialId? Trial { get; init; }

    /// <summary>Number of an event.</summary>
    public long? Number { get; init; }

    /// <summary>Digest of an event as it was read.</summary>
    public string? Digest { get; init; }

    public DeviceId? Device { get; init; }

    /// <summary>Fencing token of a lease.</summary>
    public long? Token { get; init; }

    /// <summary>Steps done, or where work begins.</summary>
    public long? Step { get; init; }

    /// <summary>Steps of the points of a report.</summary>
    public ImmutableArray<long>? Points { get; init; }

    /// <summary>Step of the checkpoint of a report, or of the one that work begins with.</summary>
    public long? Checkpoint { get; init; }
    public SegmentEnd? End { get; init; }

    /// <summary>Training seconds of a segment so far.</summary>
    public double? Seconds { get; init; }
    public SegmentOrder? Order { get; init; }

    /// <summary>Step up to which points are said to be stored.</summary>
    public long? Acknowledged { get; init; }

    /// <summary>True for what a device says although it was told that its lease is over.</summary>
    public bool? IsZombie { get; init; }

    /// <summary>Phase of a job as it was told.</summary>
    public JobPhase? Phase { get; init; }

    /// <summary>Which silo was asked, or what a fault is about.</summary>
    public string? Target { get; init; }

    /// <summary>Why it did not work, or what happened.</summary>
    public string? Reason { get; init; }
}

/// <summary>What entries are about.</summary>
internal static class Whats
{
    public const string Submit = "submit";
    public const string Request = "request";
    public const string Event = "event";
    public const string Describe = "describe";
    public const string Leases = "leases";
    public const string Register = "register";
    public const string Work = "work";
    public const string Report = "report";
    public const string Leave = "leave";

    /// <summary>What a silo writes that knows a job at an event before the last one.</summary>
    public const string Write = "write";

    /// <summary>A checkpoint that a segment is to begin with is not there, or is another one.</summary>
    public const string BadCheckpoint = "bad-checkpoint";

    /// <summary>A disk that is full, or a device that stopped by its own clock.</summary>
    public const string GivenUp = "given-up";
    public const string Fault = "fault";
    public const string Healed = "healed";

    /// <summary>A process that ended by itself.</summary>
    public const string Exit = "exit";
    public const string Run = "run";
}
