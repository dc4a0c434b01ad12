using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoSelect.Host.Views;

/// <summary>Something that happened in a job, as plain lines and JSON lines tell it. One event of a job may make several of them.</summary>
internal sealed record EventLine
{
    /// <summary>Number of the job's event that it tells of; null where the store has none, such as for the store's own troubles.</summary>
    public long? Number { get; init; }

    /// <summary>One of <see cref="EventNames"/>.</summary>
    public required string Event { get; init; }

    /// <summary>Seconds since the job's start.</summary>
    public required double At { get; init; }

    public required string Job { get; init; }
    public string? Trial { get; init; }
    public string? Candidate { get; init; }

    /// <summary>The event as a sentence.</summary>
    public required string Text { get; init; }

    public string? Device { get; init; }
    public long? Step { get; init; }
    public double? Value { get; init; }
    public int? Rung { get; init; }

    /// <summary>Continue, Pause, Stop or Commit.</summary>
    public string? Decision { get; init; }

    /// <summary>The figures that a decision rests on.</summary>
    public ImmutableSortedDictionary<string, double>? Numbers { get; init; }

    /// <summary>True where all goes on as it was said before: people are not told.</summary>
    [JsonIgnore] public bool IsRoutine { get; init; }
}

/// <summary>Names of events in JSON lines.</summary>
internal static class EventNames
{
    public const string Job = "job";
    public const string SegmentStarted = "segment-started";
    public const string SegmentEnded = "segment-ended";
    public const string Point = "point";
    public const string Rung = "rung";
    public const string Decision = "decision";
    public const string Commit = "commit";
    public const string Request = "request";
    public const string Trial = "trial";
    public const string Objective = "objective";
    public const string Notice = "notice";
    public const string Phase = "phase";
    public const string Outcome = "outcome";
}
