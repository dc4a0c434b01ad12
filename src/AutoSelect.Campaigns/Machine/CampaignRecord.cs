using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>A campaign as its events make it.</summary>
internal sealed record CampaignRecord
{
    public required CampaignSpec Spec { get; init; }
    public required string Place { get; init; }
    public required DateTimeOffset BegunAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Number of the last event.</summary>
    public required long Version { get; init; }

    public CampaignPhase Phase { get; init; } = CampaignPhase.Running;

    /// <summary>What is asked for and not done yet; null where nothing is.</summary>
    public CampaignRequest? Wish { get; init; }

    /// <summary>Why it ended; empty before.</summary>
    public string Reason { get; init; } = "";

    /// <summary>In the order of their numbers.</summary>
    public ImmutableList<CampaignPoint> Points { get; init; } = [];

    /// <summary>The template's candidates; empty until they are looked up, which only learning needs.</summary>
    public ImmutableArray<Candidate> Arms { get; init; } = [];

    /// <summary>Key of the template's baseline.</summary>
    public string OriginalBaseline { get; init; } = "";

    /// <summary>Key of the baseline of the next jobs.</summary>
    public string Baseline { get; init; } = "";

    public ImmutableArray<BaselinePromoted> Promotions { get; init; } = [];

    public bool HasEnded => Phase is CampaignPhase.Completed or CampaignPhase.Failed or CampaignPhase.Cancelled;

    /// <summary>Numbers of the points whose jobs have not ended: a campaign of thousands has few.</summary>
    public ImmutableSortedSet<int> OpenPoints { get; init; } = [];

    /// <summary>Points that have ended.</summary>
    public int Ended => Points.Count - OpenPoints.Count;

    /// <summary>Points whose jobs have failed.</summary>
    public int Failed { get; init; }

    /// <summary>Those that failed since a job was completed, or since the campaign was last asked to pause or to go on.</summary>
    public int FailedInRow { get; init; }

    /// <summary>Device seconds of all that have ended.</summary>
    public double DeviceSeconds { get; init; }

    /// <summary>Points whose jobs have not ended.</summary>
    [JsonIgnore] public IEnumerable<CampaignPoint> Open => OpenPoints.Select(i => Points[i]);

    /// <summary>The best point that has ended; null before.</summary>
    [JsonIgnore]
    public CampaignPoint? Best =>
        Points.Where(p => p.Loss(Spec.Goal) is { } loss && double.IsFinite(loss)).MinBy(p => p.Loss(Spec.Goal));

    /// <summary>The points as samplers see them.</summary>
    public IReadOnlyList<SampledPoint> Sampled() =>
        [.. Points.Select(p => new SampledPoint(Spec.Space.SharesOf(p.Values), p.Loss(Spec.Goal)))];

    /// <summary>The submitter's own id of a point's job: the same however often it is submitted.</summary>
    public string SubmissionId(int point) => $"{Spec.Name}/{BegunAt.ToUnixTimeMilliseconds()}/{point}";

    /// <summary>Name of a point's job.</summary>
    public string JobName(int point) => $"{Spec.Name}-{point + 1:0000}";
}

/// <summary>What a job had at a rung.</summary>
/// <param name="Value">What it would have delivered.</param>
/// <param name="At">Number of the event that says so: who was there before whom.</param>
internal sealed record RungValue(double Value, long At);

/// <summary>One point of a campaign and its job.</summary>
internal sealed record CampaignPoint
{
    /// <summary>Counted from 0.</summary>
    public required int Index { get; init; }

    public required ImmutableArray<string> Values { get; init; }
    public required string Text { get; init; }
    public ProbeChoice? Probe { get; init; }

    /// <summary>Null until its submission is stored.</summary>
    public JobId? Job { get; init; }

    /// <summary>What its job had at the rungs that it has reached (<see cref="Halving"/>).</summary>
    public ImmutableSortedDictionary<int, RungValue> Rungs { get; init; } = ImmutableSortedDictionary<int, RungValue>.Empty;

    /// <summary>Null where it was not stopped for being unpromising.</summary>
    public PointGivenUp? GivenUp { get; init; }

    /// <summary>Null until its job has ended.</summary>
    public PointResult? Result { get; init; }

    /// <summary>
    /// What the campaign minimizes; null where it is not known. Of a job that was stopped, what it had come to counts towards a value, and
    /// a time that is not known counts as failed.
    /// </summary>
    public double? Loss(CampaignGoal goal) =>
        Result is null ? null
        : GivenUp is not null && goal == CampaignGoal.Value && Result is { Value: { } value } && double.IsFinite(value)
            ? Result.Signed(value) : Result.Loss(goal);
}
