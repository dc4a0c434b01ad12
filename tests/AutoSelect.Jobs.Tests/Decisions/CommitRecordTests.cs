using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Decisions;

/// <summary>A commit says whether it replaced one that could not go on, or only one that was worse.</summary>
public sealed class CommitRecordTests
{
    [Fact]
    public void The_first_commit_is_no_fall_back() => Assert.False(Committed(Record(), TrialId.At(1)).Commit!.IsFallback);

    [Theory]
    [InlineData(TrialState.Committed, false, false)]
    [InlineData(TrialState.Committed, true, true)]
    [InlineData(TrialState.Failed, false, true)]
    [InlineData(TrialState.Stopped, false, true)]
    public void A_later_one_is_where_the_former_cannot_go_on_or_has_left_its_forecast(TrialState former, bool fallsBack, bool isFallback)
    {
        var record = Committed(Record(), TrialId.At(1));
        record = record.With(record[TrialId.At(1)] with { State = former });
        Assert.Equal(isFallback, Committed(record, TrialId.At(2), fallsBack).Commit!.IsFallback);
    }

    [Fact]
    public void A_run_that_reaches_the_target_before_the_one_committed_to_is_no_fall_back()
    {
        var record = Committed(Record(), TrialId.At(1));
        var decided = Assert.IsType<JobDecided>(Endings.Finish(record, record.Trials[0], 9, "a reached the target")[0]);
        Assert.False(decided.Commit!.IsFallback);
    }

    private static JobRecord Committed(JobRecord record, TrialId winner, bool fallsBack = false)
    {
        var rung = RungRecords.Asked(record, record[winner], 1, "test");
        return record.After(1, new JobDecided(rung, RungRecords.CommitTo(record, rung, winner, runnerUp: null, fallsBack)));
    }

    private static JobRecord Record() => SubmittedJobs.Record(SimulatedJobs.FastestTo(.6, "a", "b", "c"));
}
