using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Reports;

/// <summary>What jobs cost over a stretch of a campaign, those that ran the template as it is beside the others.</summary>
/// <param name="From">Number of the stretch's first point, from 1.</param>
/// <param name="To">Of its last.</param>
/// <param name="Learned">Jobs that tried what had been learned.</param>
/// <param name="LearnedDeviceSeconds">Mean of their device seconds; null without any.</param>
/// <param name="LearnedSeconds">Mean of their seconds to the target, else to their end.</param>
/// <param name="Original">Jobs that ran the template as it is.</param>
/// <param name="OriginalDeviceSeconds">Mean of their device seconds.</param>
/// <param name="OriginalSeconds">Mean of their seconds.</param>
/// <param name="Candidates">Mean number of candidates of the learned ones.</param>
internal sealed record LearningCourse(
    int From, int To, int Learned, double? LearnedDeviceSeconds, double? LearnedSeconds, int Original, double? OriginalDeviceSeconds,
    double? OriginalSeconds, double? Candidates)
{
    /// <summary>A campaign in stretches of equal numbers of points; empty where it does not learn.</summary>
    public static ImmutableArray<LearningCourse> Of(CampaignRecord record, int stretches = 3)
    {
        var points = record.Points.Where(p => p is { Probe: not null, Result.Phase: JobPhase.Completed }).ToList();
        if (points.Count == 0) return [];
        var size = (int)Math.Ceiling(points.Count / (double)stretches);
        return [.. points.Chunk(size).Select(Stretch)];
    }

    private static LearningCourse Stretch(CampaignPoint[] points)
    {
        var (learned, original) = (points.Where(p => !p.Probe!.IsOriginal).ToList(), points.Where(p => p.Probe!.IsOriginal).ToList());
        return new LearningCourse(
            points[0].Index + 1, points[^1].Index + 1, learned.Count, Mean(learned, p => p.Result!.DeviceSeconds), Mean(learned, Seconds),
            original.Count, Mean(original, p => p.Result!.DeviceSeconds), Mean(original, Seconds),
            Mean(learned, p => p.Probe!.Arms.Length));
    }

    private static double Seconds(CampaignPoint point) => point.Result!.SecondsToTarget ?? point.Result.Seconds;

    private static double? Mean(List<CampaignPoint> points, Func<CampaignPoint, double> value) =>
        points.Count == 0 ? null : points.Average(value);
}
