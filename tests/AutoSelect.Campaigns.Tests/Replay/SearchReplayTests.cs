using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Replay;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Tests.Replay;

public sealed class SearchReplayTests
{
    private const int Steps = 40;

    /// <summary>
    /// Nine widths, the best of which is 6; "sgd" comes nearer to what a width can give than "nadamw", the baseline, and as fast.
    /// </summary>
    private static readonly RecordedGrid Grid = new(Recorded(), Jobs());

    [Fact]
    public void A_grid_is_answered_by_the_nearest_point_that_was_not_had_yet()
    {
        var campaign = Sample.Begun(Sample.Spec with { Search = SearchKind.Random, Jobs = 9 });
        var had = new HashSet<string>();
        for (var i = 0; i < 9; i++)
        {
            var values = Grid.Next(campaign);
            Assert.True(had.Add(values[0]));
            campaign = campaign.With(new PointProposed(i, values, "", null), new PointEnded(i, Sample.Result(1)));
        }
        Assert.Contains(
            "9 points were recorded", Assert.Throws<ArgumentException>(() => Grid.Next(campaign)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_way_measures_what_was_recorded_and_the_best_of_a_full_search_is_the_best_of_all()
    {
        var searches = new SearchReplay(Grid, new CampaignReplayOptions { Jobs = 9 }).Run(0);
        Assert.Equal(SearchReplay.Names.Length, searches.Length);
        Assert.All(searches, s => Assert.InRange(s.SecondsToBest, 1, s.DeviceSeconds));
        // Without stopping, all points are trained to their ends: with both candidates, and with the baseline alone.
        Assert.Equal(Best(6, "sgd"), searches[1].Best, 9);
        Assert.Equal(Best(6, "nadamw"), searches[3].Best, 9);
        Assert.Equal(9 * Steps, searches[3].DeviceSeconds, 6);
        // Successive halving trains no pair twice and most of them not to their ends.
        Assert.InRange(searches[2].DeviceSeconds, 9, 0.7 * 18 * Steps);
    }

    [Fact]
    public void A_campaign_that_learns_stops_points_without_promise()
    {
        var options = new CampaignReplayOptions { Jobs = 9, Stop = new StopRule(Below: 0.2, After: 2) };
        var stopped = new CampaignReplay(Grid, options).Run(ReplayedChoice.Learning);
        var whole = new CampaignReplay(Grid, options with { Stop = null }).Run(ReplayedChoice.Learning);
        Assert.Contains(stopped.Points, p => p is { GivenUp: not null, Result.Phase: JobPhase.Cancelled });
        Assert.DoesNotContain(whole.Points, p => p.GivenUp is not null);
        Assert.True(stopped.DeviceSeconds < whole.DeviceSeconds);
        Assert.Equal("6", whole.Best!.Values[0]);
    }

    [Fact]
    public void Searches_are_compared_by_device_time_to_values_as_good()
    {
        var (learned, other) = (new SearchCourse(), new SearchCourse());
        learned.Add(Course((1, 0.5), (2, 0.8)));
        other.Add(Course((1, 0.6), (3, 0.6)));
        other.Add(Course((5, 0.7)));
        Assert.Equal((0.8, 2, 2), (learned.Best, learned.SecondsToBest, learned.DeviceSeconds));
        Assert.Equal((0.7, 8, 8), (other.Best, other.SecondsToBest, other.DeviceSeconds));
        Assert.Equal((2, null), (learned.SecondsTo(0.7), other.SecondsTo(0.8)));
        var compared = SearchComparison.Between("other", [(learned, other)]);
        Assert.Equal(4, compared.Ahead, 9);
        Assert.Equal(0, compared.Missed);
        // It never had .8: twice its 8 s, over 2 s.
        Assert.Equal(8, compared.Behind, 9);
        Assert.Equal(1, compared.NeverAsGood);
    }

    [Fact]
    public void A_job_that_did_not_train_all_to_their_ends_is_told()
    {
        var jobs = Jobs();
        var (id, job) = jobs.First();
        var cut = job.Trials[1] with { State = TrialState.Stopped, Curve = job.Trials[1].Curve[..5] };
        var told = Assert.Throws<ArgumentException>(
            () => new RecordedGrid(Recorded(), jobs.ToImmutableDictionary().SetItem(id, job with { Trials = job.Trials.SetItem(1, cut) })));
        Assert.Contains($"sgd-b128 of job '{id}' was not trained to its end", told.Message, StringComparison.Ordinal);
    }

    private static double Best(int width, string strategy) => Curve(width, strategy)[^1].Value;

    private static CampaignRecord Recorded()
    {
        var campaign = Sample.Begun(Sample.Spec with { Jobs = 9, Goal = CampaignGoal.Value, Search = SearchKind.Grid });
        for (var i = 0; i < 9; i++)
            campaign = campaign.With(Sample.Proposed(i, $"{i + 1}"), new PointSubmitted(i, Id(i)), new PointEnded(i, Sample.Result(null)));
        return campaign;
    }

    private static Dictionary<JobId, JobRecord> Jobs() => Enumerable.Range(0, 9).ToDictionary(Id, i => Job(i + 1));

    private static JobId Id(int point) => new($"widths-{point + 1:0000}-1");

    private static JobRecord Job(int width)
    {
        ImmutableArray<Candidate> candidates = [Sample.Arm("nadamw"), Sample.Arm("sgd")];
        return new JobRecord
        {
            Id = Id(width - 1),
            Spec = new JobSpec
            {
                Name = "widths",
                Workload = new WorkloadReference { Name = "fashion-mnist-mlp" },
                Objective = new Objective
                {
                    Kind = ObjectiveKind.BestBy,
                    Metric = "accuracy",
                    Direction = Direction.Maximize,
                    DeadlineSeconds = 1000,
                },
                Candidates = candidates,
                Baseline = candidates[0].Name,
                TrainingExamples = 1000,
                Seed = 1,
            },
            Phase = JobPhase.Completed,
            StartedAt = DateTimeOffset.UnixEpoch,
            ElapsedSeconds = 2 * Steps,
            Folder = "recorded",
            Trials =
            [
                .. candidates.Select((c, i) => new Trial
                {
                    Id = TrialId.At(i), Candidate = c, State = TrialState.Completed, HorizonSteps = Steps, Curve = Curve(width, c.Strategy),
                }),
            ],
            Version = 1,
        };
    }

    private static ImmutableArray<CurvePoint> Curve(int width, string strategy)
    {
        var best = 0.9 - 0.04 * Math.Abs(width - 6) - (strategy == "sgd" ? 0 : 0.01);
        return [.. Enumerable.Range(1, Steps).Select(i => Point(i, best * (1 - Math.Exp(-0.15 * i))))];
    }

    private static CurvePoint Point(double at, double value) => new()
    {
        Step = (long)at,
        DeviceSeconds = at,
        EvaluationSeconds = 0,
        OverheadSeconds = 0,
        Value = value,
        TrainingLoss = double.NaN,
    };

    /// <summary>A job of one trial, which measures values at so many of its seconds.</summary>
    private static IEnumerable<JobEvent> Course(params (double At, double Value)[] points)
    {
        var job = Job(1) with { Phase = JobPhase.Probing };
        var trial = job.Trials[0] with
        {
            State = TrialState.Running,
            Curve = [],
            Segments =
            [
                new Segment
                {
                    Rung = 0, Device = new DeviceId("d"), LeaseToken = 1, FromStep = 0, UntilStep = Steps, ToStep = 0, StartedAt = 0,
                },
            ],
        };
        yield return new JobEvent(1, job.StartedAt, 0, new JobImported(job with { Trials = [trial] }));
        foreach (var (point, i) in points.Select((p, i) => (p, i)))
            yield return new JobEvent(i + 2, job.StartedAt, point.At, new SegmentReported(
                trial.Id, [Point(point.At, point.Value)], null, null,
                new SegmentProgress((long)point.At, DeviceSeconds: point.At)));
    }
}
