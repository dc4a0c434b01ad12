using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>Something that happened to a campaign: its events are all that is kept of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CampaignBegun), "begun")]
[JsonDerivedType(typeof(ArmsFound), "arms found")]
[JsonDerivedType(typeof(PointProposed), "proposed")]
[JsonDerivedType(typeof(PointSubmitted), "submitted")]
[JsonDerivedType(typeof(RungReached), "rung reached")]
[JsonDerivedType(typeof(PointGivenUp), "given up")]
[JsonDerivedType(typeof(PointEnded), "ended")]
[JsonDerivedType(typeof(BaselinePromoted), "promoted")]
[JsonDerivedType(typeof(CampaignRequested), "requested")]
[JsonDerivedType(typeof(CampaignExtended), "extended")]
[JsonDerivedType(typeof(CampaignPaused), "paused")]
[JsonDerivedType(typeof(CampaignEnded), "campaign ended")]
internal abstract record CampaignChange;

/// <param name="Spec">What was submitted.</param>
/// <param name="Place">Where its jobs are: the address of a server, or empty for the store that the campaign is kept in.</param>
internal sealed record CampaignBegun(CampaignSpec Spec, string Place) : CampaignChange;

/// <summary>The candidates of the template, as the planner expands them.</summary>
/// <param name="Arms">In their order.</param>
/// <param name="Baseline">Key of the baseline.</param>
internal sealed record ArmsFound(ImmutableArray<Candidate> Arms, string Baseline) : CampaignChange;

/// <summary>
/// A point was chosen. Stored before its job is submitted, with all of the submission: a crash between the two repeats it.
/// </summary>
/// <param name="Point">Counted from 0.</param>
/// <param name="Values">One for each parameter.</param>
/// <param name="Text">The job as it is submitted.</param>
/// <param name="Probe">What it tries, and why; null where nothing is learned.</param>
internal sealed record PointProposed(int Point, ImmutableArray<string> Values, string Text, ProbeChoice? Probe) : CampaignChange;

internal sealed record PointSubmitted(int Point, JobId Job) : CampaignChange;

/// <summary>A job has come so far with its run: points are compared by what they had then (<see cref="Halving"/>).</summary>
/// <param name="Point">Whose.</param>
/// <param name="Rung">From 1.</param>
/// <param name="Progress">Part of the run that was trained when it was seen.</param>
/// <param name="Value">What it would have delivered then.</param>
internal sealed record RungReached(int Point, int Rung, double Progress, double Value) : CampaignChange;

/// <summary>A job is unpromising and is to be stopped.</summary>
/// <param name="Point">Whose.</param>
/// <param name="Chance">That it beats the best point, as forecast; null where it is its place that says so.</param>
/// <param name="Best">The best point; with a place, the last one of those that may go on.</param>
/// <param name="ToBeat">What it had, or took, at equal budget.</param>
/// <param name="Budget">Device seconds of the comparison; null where it is one of places.</param>
internal sealed record PointGivenUp(int Point, double? Chance, int Best, double ToBeat, double? Budget) : CampaignChange
{
    /// <summary>Null where it is the forecast that says so.</summary>
    public RungPlace? Place { get; init; }

    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Why => Place is { } place
        ? $"place {place.Rank} of {place.Among} at rung {place.Rung}"
        : FormattableString.Invariant($"chance {Chance:0.###} to be the best");
}

/// <summary>A job's place at a rung.</summary>
/// <param name="Rung">From 1.</param>
/// <param name="Rank">From 1.</param>
/// <param name="Among">Points that had reached it.</param>
internal sealed record RungPlace(int Rung, int Rank, int Among);

internal sealed record PointEnded(int Point, PointResult Result) : CampaignChange;

/// <summary>A challenger has taken the baseline's place in later jobs.</summary>
/// <param name="From">Key of the baseline before.</param>
/// <param name="To">Key of the challenger.</param>
/// <param name="Wins">Jobs with both that the challenger won.</param>
/// <param name="Losses">Jobs with both that the baseline won.</param>
/// <param name="Confidence">Probability that the challenger wins more often than the baseline.</param>
internal sealed record BaselinePromoted(string From, string To, int Wins, int Losses, double Confidence) : CampaignChange;

/// <summary>Somebody asks something of the campaign.</summary>
internal sealed record CampaignRequested(CampaignRequest Request) : CampaignChange
{
    /// <summary>Why, where the campaign asks it of itself.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>More is to be done; a campaign that was completed goes on.</summary>
/// <param name="Jobs">Points in all; null leaves them.</param>
/// <param name="DeviceSeconds">Device seconds in all; null leaves them.</param>
internal sealed record CampaignExtended(int? Jobs, double? DeviceSeconds) : CampaignChange;

/// <summary>All jobs that had not ended are paused.</summary>
internal sealed record CampaignPaused : CampaignChange;

internal sealed record CampaignEnded(CampaignPhase Phase, string Reason) : CampaignChange;

/// <summary>What can be asked of a campaign.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CampaignRequest>))]
internal enum CampaignRequest { Pause, Resume, Cancel }

/// <summary>Where a campaign stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CampaignPhase>))]
internal enum CampaignPhase { Running, Paused, Completed, Failed, Cancelled }

/// <summary>One numbered change.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="At">When it was stored.</param>
/// <param name="Change">What happened.</param>
internal sealed record CampaignEvent(long Number, DateTimeOffset At, CampaignChange Change);
