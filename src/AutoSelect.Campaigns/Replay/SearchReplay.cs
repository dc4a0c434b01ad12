using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Replay;

/// <summary>
/// The same points of a recorded grid, searched by a campaign that learns and by others: what each had found after how much device time.
/// Simulated: nothing trains.
/// </summary>
/// <param name="grid">What was recorded.</param>
/// <param name="options">Of each campaign; seeds count up from theirs.</param>
internal sealed class SearchReplay(RecordedGrid grid, CampaignReplayOptions options)
{
    /// <summary>The ways to search, the campaign that learns first.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["AutoSelect", "AutoSelect without learning", "ASHA over points and candidates", "the baseline at every point"];

    /// <summary>One campaign, searched in every way.</summary>
    /// <param name="number">Of the campaign, from 0.</param>
    /// <returns>In the order of <see cref="Names"/>.</returns>
    public ImmutableArray<SearchCourse> Run(int number)
    {
        var own = options with { Seed = options.Seed + number };
        var (baseline, points) = Campaign(own, ReplayedChoice.Baseline);
        return
        [
            Campaign(own, ReplayedChoice.Learning).Course, Campaign(own, ReplayedChoice.Template).Course, Asha(own, points), baseline,
        ];
    }

    private (SearchCourse Course, CampaignRecord Campaign) Campaign(CampaignReplayOptions own, ReplayedChoice choice)
    {
        var course = new SearchCourse();
        var campaign = new CampaignReplay(grid, own).Run(choice, course.Add);
        return (course, campaign);
    }

    /// <summary>
    /// Asynchronous successive halving, the variant that stops, over all pairs of a point and a candidate, which begin in an order drawn by
    /// the seed.
    /// </summary>
    /// <param name="own">Of the campaign.</param>
    /// <param name="points">A campaign that has gone through its points.</param>
    private SearchCourse Asha(CampaignReplayOptions own, CampaignRecord points)
    {
        ImmutableArray<RecordedCurve> pairs =
        [
            .. from point in points.Points
               from arm in grid.Arms
               let run = grid.Run(points, point.Index, point.Values, arm)
               where run is not null
               select run with { Candidate = $"{point.Index + 1}/{arm.Name}", Problem = "search" },
        ];
        var conditions = SimulatedConditions.For(pairs, own.Devices, ObjectiveKind.BestBy);
        var events = new List<JobEvent>();
        SimulatedJob.Run(pairs, PolicyCatalogue.Get("asha-stop"), conditions with
        {
            Objective = conditions.Objective with { DeadlineSeconds = null },
            Seed = own.Seed,
        }, events);
        var course = new SearchCourse();
        course.Add(events);
        return course;
    }
}
