using AutoSelect.Contracts;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// The scale on which curves are extrapolated: the logarithm of what is wrong, so that halving an error is the same step anywhere. From
/// .6 to .84 the error of an accuracy falls to two fifths; a like step leads to .94, where a straight line leads beyond 1.
/// </summary>
internal sealed class ValueScale
{
    /// <summary>Added to the error of an accuracy, as a measured one may be 0: half a percent of an error that starts near 1.</summary>
    private const double LeastError = 0.005;

    private const double LeastLoss = 1e-6;

    private ValueScale(MetricKind kind) => Kind = kind;

    public MetricKind Kind { get; }

    /// <param name="values">Turned so that smaller is better; at least one.</param>
    public static ValueScale ForValues(IReadOnlyCollection<double> values, Direction direction) =>
        new(direction == Direction.Maximize && values.All(z => z is >= -1 and <= 0) ? MetricKind.Share
            : direction == Direction.Minimize && values.All(z => z > 0) ? MetricKind.Loss : MetricKind.Plain);

    /// <summary>A value, turned so that smaller is better, on this scale; increasing.</summary>
    public double To(double z) => Kind switch
    {
        MetricKind.Share => Math.Log(Math.Max(0, 1 + z) + LeastError),
        MetricKind.Loss => Math.Log(Math.Max(0, z) + LeastLoss),
        _ => z,
    };

    public double From(double y) => Kind switch
    {
        MetricKind.Share => Math.Clamp(Math.Exp(y) - LeastError - 1, -1, 0),
        MetricKind.Loss => Math.Max(0, Math.Exp(Math.Min(y, 690)) - LeastLoss),
        _ => y,
    };

    /// <summary>
    /// The value that a curve comes to from its last one: gains count on this scale, losses in the metric's own unit at the last value,
    /// so that getting worse does not explode.
    /// </summary>
    /// <param name="last">The last value on this scale.</param>
    public double Ahead(double y, double last) => y <= last || Kind == MetricKind.Plain ? From(y)
        : Kind == MetricKind.Share ? Math.Min(0, From(last) + Slope(From(last)) * (y - last)) : From(last) + Slope(From(last)) * (y - last);

    /// <summary>Change of a value per change on this scale, at a value.</summary>
    public double Slope(double z) => Kind switch
    {
        MetricKind.Share => Math.Max(0, 1 + z) + LeastError,
        MetricKind.Loss => Math.Max(0, z) + LeastLoss,
        _ => 1,
    };
}

/// <summary>What a metric can be told to be from its values.</summary>
internal enum MetricKind
{
    /// <summary>To be maximised, between 0 and 1: an accuracy.</summary>
    Share,

    /// <summary>To be minimised and above 0.</summary>
    Loss,

    /// <summary>Anything else.</summary>
    Plain,
}
