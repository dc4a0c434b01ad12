using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Replay;

/// <summary>What a replayed campaign goes through: runs of every candidate, recorded at points of a space.</summary>
internal interface IReplayedPoints
{
    CampaignSpace Space { get; }

    /// <summary>The candidates of the template.</summary>
    ImmutableArray<Candidate> Arms { get; }

    /// <summary>The one that would have been run anyway.</summary>
    Candidate Baseline { get; }

    /// <summary>What its points are compared by.</summary>
    CampaignGoal Goal { get; }

    /// <summary>The values of the next point of a campaign: always some that were recorded.</summary>
    ImmutableArray<string> Next(CampaignRecord campaign);

    /// <summary>A candidate's run at a point, named as the candidate is; null where it was not recorded.</summary>
    /// <param name="campaign">The same draw for the same seed and point.</param>
    /// <param name="point">Number of the point, from 0.</param>
    /// <param name="values">Of the point.</param>
    /// <param name="arm">The candidate.</param>
    RecordedCurve? Run(CampaignRecord campaign, int point, ImmutableArray<string> values, Candidate arm);

    /// <summary>What the job of a point is run under.</summary>
    /// <param name="runs">Of its candidates, at least one.</param>
    /// <param name="devices">It may use.</param>
    SimulatedConditions Conditions(ImmutableArray<RecordedCurve> runs, int devices);
}
