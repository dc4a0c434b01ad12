using System.Text.Json.Serialization;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>What the points of a campaign are compared by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CampaignGoal>))]
internal enum CampaignGoal
{
    /// <summary>The value of the metric at each job's end.</summary>
    Value,

    /// <summary>Seconds of each job to its target; a job that misses it has failed.</summary>
    Time,
}

/// <summary>A campaign as it was submitted.</summary>
internal sealed record CampaignSpec
{
    /// <summary>Lower-case letters, digits and dashes, at most 40; names the campaign's folder and its jobs.</summary>
    public required string Name { get; init; }

    public required CampaignSpace Space { get; init; }

    /// <summary>The job file that every point fills in, as YAML.</summary>
    public required string Template { get; init; }

    public SearchKind Search { get; init; } = SearchKind.QuasiRandom;

    /// <summary>Most points.</summary>
    public required int Jobs { get; init; }

    /// <summary>Device seconds after which no further point is begun; null for no limit.</summary>
    public double? DeviceSeconds { get; init; }

    /// <summary>Most jobs at a time; null for as many as the devices allow.</summary>
    public int? Parallel { get; init; }

    public required CampaignGoal Goal { get; init; }
    public long Seed { get; init; } = 1;

    /// <summary>When an unpromising job is stopped; null trains every job to its end.</summary>
    public StopRule? Stop { get; init; }

    /// <summary>What jobs teach later ones; null for nothing.</summary>
    public LearningRule? Learning { get; init; }
}

/// <summary>An unpromising job is stopped.</summary>
/// <param name="Below">Once the chance that it beats the best point, at equal budget, is below this.</param>
/// <param name="After">Points that must have come to their end before that.</param>
/// <param name="Eta">
/// Where values are compared: a job goes on while it is among the best 1/η at the same part of its run (<see cref="Halving"/>); 1 for no
/// such rule.
/// </param>
internal sealed record StopRule(double Below = 0.05, int After = 4, double Eta = 3);

/// <summary>What jobs teach the later jobs of their campaign.</summary>
/// <param name="OriginalEvery">Every so-manieth job is the template as it is, so that what learning saves stays measured.</param>
/// <param name="Coverage">The chance with which the candidates of a job include the one that wins.</param>
/// <param name="Promote">The confidence with which a challenger must be better than the baseline to take its place.</param>
/// <param name="PromoteAfter">Jobs in which one of the two won, at least.</param>
/// <param name="Price">
/// What a second of a borrowed device is worth, in seconds of the job, where the baseline is sure to win: 1 has a challenger race only
/// where that costs no more device time than it saves, since another job of the campaign could use the device. See
/// <see cref="ProbeBudget.Price"/>.
/// </param>
internal sealed record LearningRule(
    int OriginalEvery = 8, double Coverage = 0.9, double Promote = 0.95, int PromoteAfter = 5, double Price = 1);
