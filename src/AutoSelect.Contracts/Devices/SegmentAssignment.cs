using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>A piece of a trial for a device to train.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.SegmentAssignment")]
public sealed record SegmentAssignment
{
    [Id(0)] public required JobId Job { get; init; }
    [Id(1)] public required TrialId Trial { get; init; }

    /// <summary>Fencing token of the lease; part of every report and of every checkpoint's name.</summary>
    [Id(2)] public required long LeaseToken { get; init; }

    [Id(3)] public required Candidate Candidate { get; init; }
    [Id(4)] public required WorkloadReference Workload { get; init; }
    [Id(5)] public required EvaluationPolicy Evaluation { get; init; }

    /// <summary>Where to go on; null starts the trial.</summary>
    [Id(6)] public Checkpoint? From { get; init; }

    /// <summary>Step to stop at, at the latest; the horizon when the run is committed.</summary>
    [Id(7)] public required long UntilStep { get; init; }

    /// <summary>Ends the segment as soon as a deliverable value reaches it; null never does.</summary>
    [Id(9)] public double? StopAtValue { get; init; }

    [Id(10)] public required double CheckpointEverySeconds { get; init; }

    /// <summary>Where the trial's checkpoints go: a folder, or a prefix in a bucket (<see cref="CheckpointUri"/>).</summary>
    [Id(11)] public required string Folder { get; init; }

    /// <summary>Steps of the candidate's whole run.</summary>
    [Id(12)] public required long HorizonSteps { get; init; }

    [Id(13)] public required Direction Direction { get; init; }

    /// <summary>The step after which the segment is done.</summary>
    public long LastStep() => Math.Min(UntilStep, HorizonSteps);

    /// <summary>True when a deliverable value ends the segment.</summary>
    public bool StopsAt(double value) => StopAtValue is { } target && Direction.Reaches(value, target);

    /// <summary>W3C trace parent of the rung's span; null when nobody traces.</summary>
    [Id(14)] public string? TraceParent { get; init; }

    [Id(15)] public required int Rung { get; init; }

    /// <summary>File for the deliverable weights when the segment ends, named as checkpoints are; null for none.</summary>
    [Id(16)] public string? ExportTo { get; init; }

    /// <summary>
    /// The candidate that wrote <see cref="From"/>, when the trial begins with another one's checkpoint; null when it goes on with its own.
    /// </summary>
    [Id(17)] public Candidate? Predecessor { get; init; }

    /// <summary>Checkpoints that other trials will begin with, to be written on the way.</summary>
    [Id(18)] public ImmutableArray<Branch> Branches { get; init; } = [];

    /// <summary>This device's part where several train the segment together; null where it trains alone.</summary>
    [Id(19)] public RankPlacement? Placement { get; init; }
}

/// <summary>
/// A checkpoint for a trial that continues this one: written when the run passes the step, and left alone by it afterwards.
/// </summary>
/// <param name="Step">Step of the run, at least 1.</param>
/// <param name="Uri">The file, named as checkpoints are.</param>
[GenerateSerializer, Immutable, Alias("autoselect.Branch")]
public sealed record Branch([property: Id(0)] long Step, [property: Id(1)] string Uri);
