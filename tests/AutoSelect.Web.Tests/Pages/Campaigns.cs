using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>Jobs of campaigns with made-up measurements, labelled as those of real ones are.</summary>
internal static class Campaigns
{
    private const string First = "nadamw-b256", Challenger = "kfac-b512";

    private static readonly ImmutableArray<string> Hidden = ["64", "128-64", "256-128"];

    private static readonly ImmutableArray<string> Likely =
        [First, Challenger, "schedule-free-b256", "kfac-b256", "nadamw-b512", "sgd-b512", "schedule-free-b512", "sgd-b128"];

    /// <summary>
    /// Stores the jobs of a campaign that have ended: every eighth is an original; the others try ever fewer candidates, and from the
    /// middle on with K-FAC for their baseline. It wins where networks are wide.
    /// </summary>
    public static async Task Import(ServedPages served, string name, int points = 24, bool learns = true)
    {
        for (var i = 1; i <= points; i++) await Add(served, name, i, Ended(i, points), Labels(name, i, points, learns));
    }

    /// <summary>Stores the job of one point.</summary>
    public static Task<JobId> Add(
        ServedPages served, string name, int point, JobRecord record, ImmutableSortedDictionary<string, string>? labels = null) =>
        served.Import(record, s => s with
        {
            Name = $"{name}-{point:0000}",
            Owner = "ann",
            Labels = s.Labels.SetItems(labels ?? Labels(name, point, point, learns: false)),
        });

    public static ImmutableSortedDictionary<string, string> Labels(string name, int point, int points, bool learns)
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty
            .Add(JobLabels.Campaign, name).Add(JobLabels.Point, $"{point}")
            .Add(JobLabels.Space + "workload.options.hidden", Hidden[point % 3])
            .Add(JobLabels.Space + "epochs", $"{2 + 7 * point % 9}")
            .Add(JobLabels.Space + "dropout", $"{0.001 * Math.Pow(1.3, 5 * point % 17):0.####}");
        if (!learns) return labels;
        var isOriginal = point % 8 == 1;
        return labels.Add(JobLabels.Learning, isOriginal ? JobLabels.Original : JobLabels.Learned)
            .Add(JobLabels.Baseline, isOriginal || point <= points / 2 ? First : Challenger);
    }

    private static JobRecord Ended(int point, int points)
    {
        var isWide = Hidden[point % 3] != Hidden[0];
        var tried = Likely.Where(c => isWide || !c.StartsWith("kfac", StringComparison.Ordinal))
            .Take(Math.Max(2, 8 - (8 * point / points)));
        var record = point % 8 == 1 ? JobRecords.Typical() : JobRecords.Among(tried);
        var slower = 1 + (0.4 * Math.Abs(Math.Sin(point)));
        return record with
        {
            Outcome = record.Outcome! with
            {
                Value = record.Outcome.Value + (0.01 * Math.Sin(point)),
                SecondsToTarget = record.Outcome.SecondsToTarget * slower,
            },
        };
    }
}
