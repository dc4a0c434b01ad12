using System.Collections.Immutable;

namespace AutoSelect.Campaigns.Learning;

/// <summary>What a job of a campaign tries, and on what that stands.</summary>
internal sealed record ProbeChoice
{
    /// <summary>True for a job that is the template as it is.</summary>
    public required bool IsOriginal { get; init; }

    /// <summary>Keys of the candidates: the baseline first, then the likelier winners before the others.</summary>
    public required ImmutableArray<string> Arms { get; init; }

    /// <summary>Key of the likeliest winner.</summary>
    public required string Expected { get; init; }

    /// <summary>The probability that it wins.</summary>
    public required double Chance { get; init; }

    /// <summary>What a second of a borrowed device is worth in the job; null for what the template says.</summary>
    public double? Price { get; init; }

    /// <summary>How many earlier jobs that stands on, each weighted by how near it is.</summary>
    public required double Evidence { get; init; }

    /// <summary>Share, 0 to 1, of the nearest jobs that came otherwise than expected; so much less does evidence count.</summary>
    public required double Surprise { get; init; }
}
