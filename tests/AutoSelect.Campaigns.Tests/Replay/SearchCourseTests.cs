using AutoSelect.Campaigns.Replay;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Tests.Replay;

public sealed class SearchCourseTests
{
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
        // It never had .8: twice its 8 s, which are more than 2 s, over 2 s.
        Assert.Equal(8, compared.Behind, 9);
        Assert.Equal(1, compared.NeverAsGood);
    }

    [Fact]
    public void A_search_that_ends_early_without_a_value_never_counts_as_faster()
    {
        var (early, late) = (new SearchCourse(), new SearchCourse());
        early.Add(Course((10, 0.6), (100, 0.6)));
        late.Add(Course((500, 0.8), (900, 0.8)));
        // Twice 500 s, not twice 100 s nor twice 900 s, either way round.
        var missed = SearchComparison.Between("late", [(early, late)]);
        Assert.Equal(0.5, missed.Ahead, 9);
        Assert.Equal(1, missed.Missed);
        var never = SearchComparison.Between("early", [(late, early)]);
        Assert.Equal(2, never.Behind, 9);
        Assert.Equal(1, never.NeverAsGood);
    }

    [Fact]
    public void A_value_counts_from_when_it_was_measured_with_all_that_was_charged_by_then()
    {
        var (first, second) = (TrialId.At(0), TrialId.At(1));
        var course = new SearchCourse();
        course.Add(Events(
            Started(0, first), Started(4, second),
            // At 8 s and 12 s of the job: the other device has had 4 s and 8 s.
            Reported(14, second, 10, SampleGrid.Point(4, 0.8), SampleGrid.Point(8, 0.9)), Ended(14, second, 10),
            // At 2 s, 7 s and 20 s, which are told last.
            Reported(20, first, 20, SampleGrid.Point(2, 0.5), SampleGrid.Point(7, 0.7), SampleGrid.Point(20, 0.6)), Ended(20, first, 20),
            // Its own seconds go on where its first stay on a device ended: at 25 s of the job.
            Started(23, second), Reported(26, second, 3, SampleGrid.Point(12, 0.95)), Ended(26, second, 3)));
        Assert.Equal(
            (2.0, 7.0 + 3, 8.0 + 4, 12.0 + 8, 20.0 + 10 + 2),
            (course.SecondsTo(0.5), course.SecondsTo(0.7), course.SecondsTo(0.8), course.SecondsTo(0.9), course.SecondsTo(0.95)));
        Assert.Equal((33, 0.95, 32), (course.DeviceSeconds, course.Best, course.SecondsToBest));
        course.Add(Course((3, 0.97), (5, 0.97)));
        Assert.Equal((38, 36), (course.DeviceSeconds, course.SecondsToBest));
    }

    /// <summary>A job of two trials to which these things happen.</summary>
    private static IEnumerable<JobEvent> Events(params (double At, JobChange Change)[] changes)
    {
        var job = SampleGrid.Job(1);
        job = job with
        {
            Phase = JobPhase.Probing,
            Trials = [.. job.Trials.Select(t => t with { State = TrialState.Waiting, Curve = [] })],
        };
        return
        [
            new JobEvent(1, job.StartedAt, 0, new JobImported(job)),
            .. changes.Select((c, i) => new JobEvent(i + 2, job.StartedAt, c.At, c.Change)),
        ];
    }

    private static (double, JobChange) Started(double at, TrialId trial) => (at, new SegmentStarted(trial, new Segment
    {
        Rung = 0,
        Device = new DeviceId("d"),
        LeaseToken = 1,
        FromStep = 0,
        UntilStep = SampleGrid.Steps,
        StartedAt = at,
    }, []));

    private static (double, JobChange) Reported(double at, TrialId trial, double seconds, params CurvePoint[] points) =>
        (at, new SegmentReported(trial, [.. points], null, null, new SegmentProgress(1, seconds)));

    private static (double, JobChange) Ended(double at, TrialId trial, double seconds) => (at, new SegmentEnded(
        trial, SegmentEnd.BudgetReached, "", new SegmentProgress(1, seconds), TrialState.Paused, "", 0, []));

    /// <summary>A job of one trial, which measures values at so many of its seconds.</summary>
    private static IEnumerable<JobEvent> Course(params (double At, double Value)[] points) => Events(
        [Started(0, TrialId.At(0)), .. points.Select(p => Reported(p.At, TrialId.At(0), p.At, SampleGrid.Point(p.At, p.Value)))]);
}
