using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Replay;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Tests.Replay;

public sealed class SearchReplayTests
{
    [Fact]
    public void Every_way_measures_what_was_recorded_and_the_best_of_a_full_search_is_the_best_of_all()
    {
        var searches = new SearchReplay(SampleGrid.Whole, new CampaignReplayOptions { Jobs = 9 }).Run(0);
        Assert.Equal(SearchReplay.Names.Length, searches.Length);
        Assert.All(searches, s => Assert.InRange(s.SecondsToBest, 1, s.DeviceSeconds));
        // Without stopping, all points are trained to their ends: with both candidates, and with the baseline alone.
        Assert.Equal(Best(6, "sgd"), searches[1].Best, 9);
        Assert.Equal(Best(6, "nadamw"), searches[3].Best, 9);
        Assert.Equal(9 * SampleGrid.Steps, searches[3].DeviceSeconds, 6);
        // Successive halving trains no pair twice and most of them not to their ends.
        Assert.InRange(searches[2].DeviceSeconds, 9, 0.7 * 18 * SampleGrid.Steps);
    }

    [Fact]
    public void A_campaign_that_learns_stops_points_without_promise()
    {
        var options = new CampaignReplayOptions { Jobs = 9, Stop = new StopRule(Below: 0.2, After: 2) };
        var stopped = new CampaignReplay(SampleGrid.Whole, options).Run(ReplayedChoice.Learning);
        var whole = new CampaignReplay(SampleGrid.Whole, options with { Stop = null }).Run(ReplayedChoice.Learning);
        Assert.Contains(stopped.Points, p => p is { GivenUp: not null, Result.Phase: JobPhase.Cancelled });
        Assert.DoesNotContain(whole.Points, p => p.GivenUp is not null);
        Assert.True(stopped.DeviceSeconds < whole.DeviceSeconds);
        Assert.Equal("6", whole.Best!.Values[0]);
    }

    [Fact]
    public void Unpromising_points_are_stopped_with_learning_and_without_and_never_where_the_baseline_trains_alone()
    {
        var options = new CampaignReplayOptions { Jobs = 9, Stop = new StopRule(Below: 0.2, After: 2) };
        var replay = new CampaignReplay(SampleGrid.Whole, options);
        Assert.Contains(replay.Run(ReplayedChoice.Learning).Points, p => p.GivenUp is not null);
        Assert.Contains(replay.Run(ReplayedChoice.Template).Points, p => p.GivenUp is not null);
        Assert.DoesNotContain(replay.Run(ReplayedChoice.Baseline).Points, p => p.GivenUp is not null);
        Assert.DoesNotContain(replay.Run(ReplayedChoice.Asha).Points, p => p.GivenUp is not null);
    }

    private static double Best(int width, string strategy) => SampleGrid.Curve(width, strategy)[^1].Value;
}
