using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>One evaluation of a trial. Times are sums since the trial's first step, in seconds.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.CurvePoint")]
public sealed record CurvePoint
{
    /// <summary>Steps done.</summary>
    [Id(0)] public required long Step { get; init; }

    /// <summary>Wall-clock seconds spent on training steps.</summary>
    [Id(1)] public required double DeviceSeconds { get; init; }

    /// <summary>Wall-clock seconds spent on evaluating.</summary>
    [Id(2)] public required double EvaluationSeconds { get; init; }

    /// <summary>Wall-clock seconds spent on loading, saving and waiting.</summary>
    [Id(3)] public required double OverheadSeconds { get; init; }

    /// <summary>Metric of the weights that are trained.</summary>
    [Id(4)] public required double Value { get; init; }

    /// <summary>Metric of the averaged weights; null where none are kept.</summary>
    [Id(5)] public double? AveragedValue { get; init; }

    /// <summary>Mean training loss since the point before.</summary>
    [Id(6)] public required double TrainingLoss { get; init; }

    /// <summary>
    /// Thread-CPU seconds spent on training steps; DeviceSeconds over this is the contention. Null on other devices than CPUs.
    /// </summary>
    [Id(7)] public double? CpuSeconds { get; init; }

    /// <summary>
    /// Figures of the strategy at this step by name, such as the factor by which K-FAC clips its steps; null where it has none.
    /// </summary>
    [Id(8)] public ImmutableSortedDictionary<string, double>? Diagnostics { get; init; }

    /// <summary>The better of raw and averaged value: what the job would deliver if it stopped here.</summary>
    public double Deliverable(Direction direction) =>
        AveragedValue is not { } averaged || double.IsNaN(averaged) ? Value
        : direction == Direction.Maximize ? Math.Max(Value, averaged) : Math.Min(Value, averaged);
}

/// <summary>
/// Wall-clock time of one training step, from the steps of one segment: of whole cycles, each over its steps, where the work of steps comes
/// round in cycles, as that of an optimizer does which inverts its factors every ten steps.
/// </summary>
[GenerateSerializer, Immutable, Alias("autoselect.StepTime")]
public sealed record StepTime
{
    [Id(0)] public required long Steps { get; init; }

    /// <summary>Seconds of a step that other load left alone: the lower quartile.</summary>
    [Id(1)] public required double LowerQuartileSeconds { get; init; }

    /// <summary>Seconds of a step by the wall clock, other load included.</summary>
    [Id(2)] public required double MeanSeconds { get; init; }

    /// <summary>Standard deviation of the mean, in seconds.</summary>
    [Id(3)] public required double StandardErrorSeconds { get; init; }

    /// <summary>Steps of a cycle; 1, the default, where single steps were timed.</summary>
    [Id(4)] public long Cycle { get; init; } = 1;

    /// <summary>
    /// Standard deviation of single steps over their mean, from how far the lower quartile lies below it, as if steps were normal and
    /// independent: at least 0.
    /// </summary>
    public double Spread => LowerQuartileSeconds > 0 && double.IsFinite(MeanSeconds)
        ? Math.Max(0, 1 - (LowerQuartileSeconds / MeanSeconds)) / QuartileToMean * Math.Sqrt(Math.Max(1, Cycle))
        : 0;

    /// <summary>Distance of a normal variable's lower quartile from its mean, in standard deviations.</summary>
    public const double QuartileToMean = .6745;
}

/// <summary>A stored state of a trial: where it is, never the bytes.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.Checkpoint")]
public sealed record Checkpoint
{
    /// <summary>
    /// A safetensors file, or an archive of what a program saved: its absolute path, or its place in a bucket
    /// (<see cref="CheckpointUri"/>).
    /// </summary>
    [Id(0)] public required string Uri { get; init; }
    [Id(1)] public required long Step { get; init; }
    [Id(2)] public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits; null where whoever names it has not seen it.</summary>
    [Id(3)] public string? Sha256 { get; init; }

    /// <summary>The one before, where it is kept in case this one cannot be read; null where it is not.</summary>
    [Id(4)] public Checkpoint? Before { get; init; }

    /// <summary>Bytes of all that is kept.</summary>
    [JsonIgnore] public long KeptBytes => Bytes + (Before?.Bytes ?? 0);
}
