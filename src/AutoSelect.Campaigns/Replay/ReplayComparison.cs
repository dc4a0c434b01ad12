using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Jobs.Replay.Suites;

namespace AutoSelect.Campaigns.Replay;

/// <summary>A stretch of a campaign with learning over the same jobs without.</summary>
internal sealed record ReplayComparison
{
    /// <summary>Number of the first job, from 1.</summary>
    public required int From { get; init; }

    public required int To { get; init; }

    /// <summary>Mean number of candidates that jobs tried.</summary>
    public required double Candidates { get; init; }

    /// <summary>Sum of device seconds over that without learning.</summary>
    public required double DeviceTime { get; init; }

    /// <summary>90 % interval over resampled jobs.</summary>
    public double[]? DeviceTimeInterval { get; init; }

    /// <summary>Geometric mean of the times to the target over those without learning, of jobs that reached it in both.</summary>
    public required double Time { get; init; }

    public double[]? TimeInterval { get; init; }

    /// <summary>Jobs that missed the target with learning.</summary>
    public required int Missed { get; init; }

    /// <summary>And without.</summary>
    public required int MissedWithout { get; init; }

    /// <summary>A campaign in stretches of equal numbers of jobs, and then as a whole.</summary>
    /// <param name="learned">The campaign.</param>
    /// <param name="without">The same points in the same order.</param>
    /// <param name="stretches">How many.</param>
    /// <exception cref="ArgumentException">The two have other points.</exception>
    public static ImmutableArray<ReplayComparison> Of(CampaignRecord learned, CampaignRecord without, int stretches = 3)
    {
        var pairs = learned.Points.Zip(without.Points).Where(p => p.First.Result is not null && p.Second.Result is not null).ToList();
        if (pairs.Find(p => !p.First.Values.SequenceEqual(p.Second.Values)) is { First: { } other })
            throw new ArgumentException(
                $"Point {other.Index + 1} is another in the two campaigns: they must have the same.", nameof(without));
        if (pairs.Count == 0) return [];
        var size = (int)Math.Ceiling(pairs.Count / (double)stretches);
        return [.. pairs.Chunk(size).Append([.. pairs]).Select(Stretch)];
    }

    private static ReplayComparison Stretch((CampaignPoint Learned, CampaignPoint Without)[] pairs)
    {
        (CampaignPoint, CampaignPoint)[][] groups = [.. pairs.Select(p => ((CampaignPoint, CampaignPoint)[])[p])];
        return new ReplayComparison
        {
            From = pairs[0].Learned.Index + 1,
            To = pairs[^1].Learned.Index + 1,
            Candidates = pairs.Average(p => p.Learned.Result!.TookPart.Length),
            DeviceTime = DeviceTimeOf(pairs) ?? double.NaN,
            DeviceTimeInterval = Bootstrap.Interval(groups, DeviceTimeOf, seed: 1),
            Time = TimeOf(pairs) ?? double.NaN,
            TimeInterval = Bootstrap.Interval(groups, TimeOf, seed: 1),
            Missed = pairs.Count(p => p.Learned.Result!.SecondsToTarget is null),
            MissedWithout = pairs.Count(p => p.Without.Result!.SecondsToTarget is null),
        };
    }

    private static double? DeviceTimeOf(IReadOnlyList<(CampaignPoint Learned, CampaignPoint Without)> pairs) =>
        pairs.Sum(p => p.Learned.Result!.DeviceSeconds) / pairs.Sum(p => p.Without.Result!.DeviceSeconds);

    private static double? TimeOf(IReadOnlyList<(CampaignPoint Learned, CampaignPoint Without)> pairs)
    {
        var ratios = pairs.Where(p => p.Learned.Result!.SecondsToTarget > 0 && p.Without.Result!.SecondsToTarget > 0)
            .Select(p => Math.Log(p.Learned.Result!.SecondsToTarget!.Value / p.Without.Result!.SecondsToTarget!.Value)).ToList();
        return ratios.Count == 0 ? null : Math.Exp(ratios.Average());
    }
}
