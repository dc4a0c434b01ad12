namespace AutoSelect.Contracts;

/// <summary>Values that a metric can have.</summary>
/// <param name="Minimum">The least, itself included; null where there is none.</param>
/// <param name="Maximum">The largest, itself included; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("autoselect.MetricRange")]
public sealed record MetricRange([property: Id(0)] double? Minimum, [property: Id(1)] double? Maximum)
{
    /// <summary>Of shares and probabilities, such as an accuracy.</summary>
    public static MetricRange Share { get; } = new(0, 1);

    /// <summary>Of amounts that are at least 0, such as a squared error.</summary>
    public static MetricRange Amount { get; } = new(0, null);

    /// <summary>True when the metric can have the value.</summary>
    public bool Contains(double value) => !(value < Minimum) && !(value > Maximum);
}
