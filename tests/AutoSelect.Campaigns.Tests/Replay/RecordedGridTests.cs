using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Replay;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Tests.Replay;

public sealed class RecordedGridTests
{
    [Fact]
    public void A_grid_is_answered_by_the_nearest_point_that_was_not_had_yet()
    {
        var campaign = Sample.Begun(Sample.Spec with { Search = SearchKind.Random, Jobs = 9 });
        var had = new HashSet<string>();
        for (var i = 0; i < 9; i++)
        {
            var values = SampleGrid.Whole.Next(campaign);
            Assert.True(had.Add(values[0]));
            campaign = campaign.With(new PointProposed(i, values, "", null), new PointEnded(i, Sample.Result(1)));
        }
        var told = Assert.Throws<ArgumentException>(() => SampleGrid.Whole.Next(campaign));
        Assert.Contains("9 points were recorded", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_did_not_train_all_to_their_ends_is_told()
    {
        var job = SampleGrid.Job(1);
        var told = Assert.Throws<ArgumentException>(() => SampleGrid.With(Changed(job, 1, TrialState.Stopped, job.Trials[1].Curve[..5])));
        Assert.Contains($"sgd-b128 of job '{job.Id}' was not trained to its end", told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_candidate_that_failed_before_its_first_value_is_left_out_of_its_point(int notFinite)
    {
        var grid = SampleGrid.With(FailedAtOnce(SampleGrid.Job(6), 1, notFinite));
        Assert.Equal((9, true), (grid.Count, grid.LeftOut.IsEmpty));
        Assert.Null(Run(grid, "6", 1));
        Assert.NotNull(Run(grid, "6", 0));
        Assert.NotNull(Run(grid, "5", 1));
        // All ways to search go through it; the best that is left is next to it.
        var searches = new SearchReplay(grid, new CampaignReplayOptions { Jobs = 9 }).Run(0);
        Assert.Equal(SampleGrid.Curve(6, "nadamw")[^1].Value, searches[1].Best, 9);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_point_whose_baseline_failed_before_its_first_value_is_left_out(int notFinite)
    {
        var grid = SampleGrid.With(FailedAtOnce(SampleGrid.Job(6), 0, notFinite));
        Assert.Equal(8, grid.Count);
        Assert.Equal([5], grid.LeftOut);
        var campaign = new CampaignReplay(grid, new CampaignReplayOptions { Jobs = 8 }).Run(ReplayedChoice.Template);
        Assert.DoesNotContain(campaign.Points, p => p.Values[0] == "6");
        var few = SampleGrid.Jobs().Keys.Take(8).ToHashSet();
        var told = Assert.Throws<ArgumentException>(() => new RecordedGrid(SampleGrid.Recorded(), SampleGrid.Jobs().ToDictionary(
            j => j.Key, j => few.Contains(j.Key) ? FailedAtOnce(j.Value, 0, notFinite) : j.Value)));
        Assert.Contains("has 1 points at which nadamw-b128 was measured", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_that_failed_later_fails_again_and_is_announced_as_if_it_would_not()
    {
        var job = SampleGrid.Job(6);
        var grid = SampleGrid.With(Changed(job, 1, TrialState.Failed, job.Trials[1].Curve[..10], failedAt: 10.5));
        var run = Run(grid, "6", 1)!;
        Assert.Equal((nameof(TrialState.Failed), SampleGrid.Steps), (run.State, run.StepHint));
        Assert.Equal((11, 10.5, null), (run.Steps.Length, run.SecondsAt(10), run.Values[^1]));
        Assert.Equal((nameof(TrialState.Completed), SampleGrid.Steps), (Run(grid, "5", 1)!.State, Run(grid, "5", 1)!.StepHint));
        var ends = new List<SegmentEnded>();
        new CampaignReplay(grid, new CampaignReplayOptions { Jobs = 9 }).Run(
            ReplayedChoice.Template, events => ends.AddRange(events.Select(e => e.Change).OfType<SegmentEnded>()));
        Assert.Single(ends, e => e is { End: SegmentEnd.Diverged, State: TrialState.Failed });
    }

    [Fact]
    public void A_candidate_that_failed_when_its_time_was_over_did_not_fail()
    {
        var job = SampleGrid.Job(6);
        ImmutableArray<CurvePoint> slow = [.. job.Trials[1].Curve.Select(p => p with { DeviceSeconds = 2 * p.Step })];
        var cut = Run(SampleGrid.With(Changed(job, 1, TrialState.Failed, slow[..30], failedAt: 61)), "6", 1)!;
        Assert.Equal((null, 20, 20), (cut.State, cut.StepHint, cut.Steps[^1]));
        // What fits of its plan, not what came before it failed.
        var within = Run(SampleGrid.With(Changed(job, 1, TrialState.Failed, slow[..10], failedAt: 22)), "6", 1)!;
        Assert.Equal((nameof(TrialState.Failed), 20, 11), (within.State, within.StepHint, within.Steps[^1]));
    }

    [Fact]
    public void Where_the_baseline_failed_others_have_the_time_that_its_whole_run_would_have_taken()
    {
        var job = SampleGrid.Job(6);
        var grid = SampleGrid.With(Changed(job, 0, TrialState.Failed, job.Trials[0].Curve[..9], failedAt: 10));
        Assert.Equal((SampleGrid.Steps, SampleGrid.Steps), (Run(grid, "6", 0)!.StepHint, Run(grid, "6", 1)!.Steps.Length));
    }

    private static RecordedCurve? Run(RecordedGrid grid, string width, int arm) =>
        grid.Run(SampleGrid.Recorded(), 0, [width], grid.Arms[arm]);

    /// <summary>The job with a trial that failed before its first finite value.</summary>
    private static JobRecord FailedAtOnce(JobRecord job, int trial, int notFinite) =>
        Changed(job, trial, TrialState.Failed, [.. Enumerable.Repeat(SampleGrid.Point(1, double.NaN), notFinite)]);

    private static JobRecord Changed(
        JobRecord job, int trial, TrialState state, ImmutableArray<CurvePoint> curve, double failedAt = 0) => job with
        {
            Trials = job.Trials.SetItem(trial, job.Trials[trial] with
            {
                State = state,
                Curve = curve,
                Segments =
                [
                    new Segment
                    {
                        Rung = 0, Device = new DeviceId("d"), LeaseToken = 1, FromStep = 0, StartedAt = 0, DeviceSeconds = failedAt,
                    },
                ],
            }),
        };
}
