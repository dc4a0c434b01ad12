using System.Diagnostics.Metrics;

namespace AutoSelect.Grains;

/// <summary>Boundaries of the buckets of histograms. The usual ones begin at 5, which is for milliseconds.</summary>
internal static class Buckets
{
    /// <summary>From half a millisecond to ten minutes.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    };

    /// <summary>Of what is mostly below 1.</summary>
    public static InstrumentAdvice<double> Shares { get; } = new()
    {
        HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10],
    };

    /// <summary>Of what may have any size.</summary>
    public static InstrumentAdvice<double> Magnitudes { get; } = new()
    {
        HistogramBucketBoundaries = [0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, .01, .1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6],
    };
}
