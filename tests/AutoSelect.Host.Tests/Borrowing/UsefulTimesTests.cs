using AutoSelect.Host.Control.Borrowing;

namespace AutoSelect.Host.Tests.Borrowing;

public sealed class UsefulTimesTests
{
    private static readonly DateTimeOffset began = SampleJob.StartedAt;

    [Fact]
    public void Before_anything_is_forecast_it_is_the_deadline() =>
        Assert.Equal(began.AddSeconds(600), UsefulTimes.UsefulUntil(SampleJob.Submitted.Record));

    [Fact]
    public void A_committed_job_is_done_when_its_winner_is_forecast_to_arrive()
    {
        // Decided at 11.2 s; the winner's median is 20 s more, the other's 60 s.
        Assert.Equal(began.AddSeconds(31.2), UsefulTimes.UsefulUntil(SampleJob.Committed.Record));
        var longer = SampleJob.Committed.Record with { PausedSeconds = 100 };
        Assert.Equal(began.AddSeconds(131.2), UsefulTimes.UsefulUntil(longer));
    }

    [Fact]
    public void The_deadline_counts_where_it_comes_first()
    {
        var record = SampleJob.Committed.Record;
        var hurried = record with { Spec = record.Spec with { Objective = record.Spec.Objective with { DeadlineSeconds = 25 } } };
        Assert.Equal(began.AddSeconds(25), UsefulTimes.UsefulUntil(hurried));
    }

    [Fact]
    public void Without_a_deadline_and_a_forecast_it_is_not_known()
    {
        var record = SampleJob.Submitted.Record;
        var open = record with { Spec = record.Spec with { Objective = record.Spec.Objective with { DeadlineSeconds = null } } };
        Assert.Null(UsefulTimes.UsefulUntil(open));
    }
}
