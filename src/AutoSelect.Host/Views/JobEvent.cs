using System.Collections.Immutable;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Host.Views;

/// <summary>Something that happened in a job, as plain lines and JSON lines tell it.</summary>
internal sealed record JobEvent
{
    /// <summary>One of <see cref="JobEventNames"/>.</summary>
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
}

/// <summary>Names of events in JSON lines.</summary>
internal static class JobEventNames
{
    public const string Job = "job";
    public const string SegmentStarted = "segment-started";
    public const string SegmentEnded = "segment-ended";
    public const string Point = "point";
    public const string Rung = "rung";
    public const string Decision = "decision";
    public const string Commit = "commit";
    public const string Notice = "notice";
    public const string Phase = "phase";
    public const string Outcome = "outcome";
}
