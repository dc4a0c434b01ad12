using System.Collections.Immutable;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Campaigns.Samplers;

/// <summary>A point that was chosen before.</summary>
/// <param name="Shares">Where it lies.</param>
/// <param name="Loss">What it came to, the less the better; infinite where it failed, null while it is not known.</param>
internal sealed record SampledPoint(double[] Shares, double? Loss);

/// <summary>
/// Chooses a campaign's next point: a pure function of the seed, the point's number and the points before it, so that whoever asks again
/// after a crash gets the same.
/// </summary>
internal static class PointSampling
{
    /// <summary>The values of the next point; null where a grid has no more.</summary>
    /// <param name="space">Of the campaign.</param>
    /// <param name="kind">How.</param>
    /// <param name="seed">Of the campaign.</param>
    /// <param name="known">The points before it, in their order.</param>
    public static ImmutableArray<string>? Next(CampaignSpace space, SearchKind kind, long seed, IReadOnlyList<SampledPoint> known)
    {
        var index = known.Count;
        return kind switch
        {
            SearchKind.Grid => space.GridAt(index),
            SearchKind.Random => space.At(Uniform(space, seed, index)),
            SearchKind.QuasiRandom => space.At(Spread(space, seed, index)),
            SearchKind.Tpe => space.At(
                TreeParzen.Next(space, known, SeededNumbers.Named(seed, $"tpe {index}"), Spread(space, seed, index))),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It must be one of the kinds there are."),
        };
    }

    private static double[] Uniform(CampaignSpace space, long seed, int index)
    {
        var numbers = SeededNumbers.Named(seed, $"random {index}");
        return [.. space.Parameters.Select(_ => numbers.Uniform())];
    }

    private static double[] Spread(CampaignSpace space, long seed, int index) =>
        [.. space.Parameters.Select((_, d) => ScrambledHalton.At(index, d, seed))];
}
