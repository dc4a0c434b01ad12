using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>News of a running segment; every report renews the lease. Points come at least once and are deduplicated by step.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.SegmentReport")]
public sealed record SegmentReport
{
    [Id(0)] public required JobId Job { get; init; }
    [Id(1)] public required TrialId Trial { get; init; }
    [Id(2)] public required long LeaseToken { get; init; }

    /// <summary>Steps done, whether evaluated or not.</summary>
    [Id(3)] public required long Step { get; init; }

    /// <summary>Points that were not acknowledged yet.</summary>
    [Id(4)] public ImmutableArray<CurvePoint> Points { get; init; } = [];

    /// <summary>The newest checkpoint; the ones before may be removed.</summary>
    [Id(5)] public Checkpoint? Checkpoint { get; init; }

    [Id(6)] public StepTime? StepTime { get; init; }

    /// <summary>Seconds of this segment so far.</summary>
    [Id(7)] public double DeviceSeconds { get; init; }
    [Id(8)] public double EvaluationSeconds { get; init; }
    [Id(9)] public double OverheadSeconds { get; init; }

    /// <summary>Set in the segment's last report.</summary>
    [Id(10)] public SegmentEnd End { get; init; }

    /// <summary>Why a segment failed, for people.</summary>
    [Id(11)] public string Reason { get; init; } = "";

    /// <summary>Set by the last report of a committed run: exported weights and test value.</summary>
    [Id(12)] public FinalWeights? Final { get; init; }

    /// <summary>Why new checkpoints wait, while the store does not take them; empty while it does.</summary>
    [Id(13)] public string StoreFault { get; init; } = "";
}

/// <summary>The deliverable weights of a run that has ended.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.FinalWeights")]
public sealed record FinalWeights
{
    /// <summary>The file: its absolute path, or its place in a bucket (<see cref="CheckpointUri"/>).</summary>
    [Id(0)] public required string Uri { get; init; }

    /// <summary>Deliverable value on the validation data.</summary>
    [Id(1)] public required double Value { get; init; }

    /// <summary>Metric on the test data; null where the workload has none.</summary>
    [Id(2)] public double? TestValue { get; init; }

    /// <summary>True when the averaged weights were the better ones.</summary>
    [Id(3)] public required bool IsAveraged { get; init; }
}

[JsonStringEnum]
public enum SegmentOrder
{
    Continue,

    /// <summary>Write a checkpoint, report, end.</summary>
    Interrupt,

    /// <summary>End at once without a checkpoint: the lease is gone or the trial was stopped.</summary>
    Abandon,
}

/// <summary>Answer to a report.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.ReportReply")]
public sealed record ReportReply
{
    [Id(0)] public required SegmentOrder Order { get; init; }

    /// <summary>Points up to this step are stored for good and need not be sent again.</summary>
    [Id(1)] public required long AcknowledgedStep { get; init; }
}
