using System.Collections.Immutable;
using AutoSelect.Jobs.Replay.Suites;

namespace AutoSelect.Campaigns.Replay;

/// <summary>A way to search beside the campaign that learns, over several campaigns.</summary>
internal sealed record SearchComparison
{
    /// <summary>
    /// Where a search never had a value as good it counts as if it had had it after so many times its whole device time, or that in which
    /// the other had it where that is longer: later than the other, however early it ended, and however long the other went on.
    /// </summary>
    private const double Miss = 2;

    public required string Name { get; init; }

    /// <summary>Mean device seconds of a campaign.</summary>
    public required double DeviceSeconds { get; init; }

    /// <summary>Mean of the best values.</summary>
    public required double Best { get; init; }

    /// <summary>Mean device seconds to the best value.</summary>
    public required double SecondsToBest { get; init; }

    /// <summary>
    /// Its device time to the best value that it found, over that of the campaign that learns to one as good: a geometric mean.
    /// </summary>
    public required double Ahead { get; init; }

    /// <summary>90 % interval over resampled campaigns.</summary>
    public double[]? AheadInterval { get; init; }

    /// <summary>Campaigns that learn which never had a value as good as its best.</summary>
    public required int Missed { get; init; }

    /// <summary>
    /// Its device time to a value as good as the best of the campaign that learns, over that campaign's: a geometric mean.
    /// </summary>
    public required double Behind { get; init; }

    public double[]? BehindInterval { get; init; }

    /// <summary>Campaigns in which it never had a value as good as the best of the one that learns.</summary>
    public required int NeverAsGood { get; init; }

    /// <param name="name">Of the way.</param>
    /// <param name="campaigns">Each as it went with learning and in this way; at least one.</param>
    public static SearchComparison Between(string name, IReadOnlyList<(SearchCourse Learned, SearchCourse Other)> campaigns)
    {
        (SearchCourse, SearchCourse)[][] groups = [.. campaigns.Select(c => ((SearchCourse, SearchCourse)[])[c])];
        return new SearchComparison
        {
            Name = name,
            DeviceSeconds = campaigns.Average(c => c.Other.DeviceSeconds),
            Best = campaigns.Average(c => c.Other.Best),
            SecondsToBest = campaigns.Average(c => c.Other.SecondsToBest),
            Ahead = AheadOf(campaigns),
            AheadInterval = Bootstrap.Interval(groups, c => AheadOf(c), seed: 1),
            Missed = campaigns.Count(c => c.Learned.SecondsTo(c.Other.Best) is null),
            Behind = BehindOf(campaigns),
            BehindInterval = Bootstrap.Interval(groups, c => BehindOf(c), seed: 1),
            NeverAsGood = campaigns.Count(c => c.Other.SecondsTo(c.Learned.Best) is null),
        };
    }

    /// <summary>Every way, also the one that learns, beside the one that learns.</summary>
    /// <param name="campaigns">Each as <see cref="SearchReplay.Run"/> gives it.</param>
    public static ImmutableArray<SearchComparison> All(IReadOnlyList<ImmutableArray<SearchCourse>> campaigns) =>
        [.. SearchReplay.Names.Select((name, i) => Between(name, [.. campaigns.Select(c => (c[0], c[i]))]))];

    private static double AheadOf(IReadOnlyList<(SearchCourse Learned, SearchCourse Other)> campaigns) => Math.Exp(campaigns.Average(c =>
        Math.Log(c.Other.SecondsToBest / SecondsToBestOf(c.Other, c.Learned))));

    private static double BehindOf(IReadOnlyList<(SearchCourse Learned, SearchCourse Other)> campaigns) => Math.Exp(campaigns.Average(c =>
        Math.Log(SecondsToBestOf(c.Learned, c.Other) / c.Learned.SecondsToBest)));

    private static double SecondsToBestOf(SearchCourse found, SearchCourse search) =>
        search.SecondsTo(found.Best) ?? (Miss * Math.Max(found.SecondsToBest, search.DeviceSeconds));
}
