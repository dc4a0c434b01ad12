using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Tests;

public sealed class StandingTests
{
    [Fact]
    public void Runs_are_counted_by_likeness_and_by_where_they_come_from()
    {
        var history = SelectionHistory.FromCurves(
        [
            Run("mine", "shampoo", "shampoo-b64"), Run("other", "shampoo", "shampoo-b128"), Run("mine", "kfac", "kfac-b64"),
            Run("mine", "sgd", "sgd-b64"), Run("far", "shampoo", "shampoo/1") with { Origin = "elsewhere" },
        ]);

        var standing = history.Standing(Candidate("shampoo", "shampoo-b64"), "mine");

        Assert.Equal(new RunCounts(Workload: 1, Candidate: 1, Strategy: 2, Kind: 3, All: 4), standing.Store);
        Assert.Equal(new RunCounts(Workload: 0, Candidate: 0, Strategy: 1, Kind: 1, All: 1), standing.Shipped);
    }

    [Fact]
    public void Of_what_nobody_ran_nothing_is_counted() =>
        Assert.Equal(new(0, 0, 0, 0, 0), SelectionHistory.Empty.Standing(Candidate("sgd", "sgd"), "mine").Store);

    private static RecordedCurve Run(string workload, string algorithm, string candidate) => new()
    {
        Workload = workload, Algorithm = algorithm, Candidate = candidate, Steps = [1, 2], Values = [2, 1],
    };

    private static Candidate Candidate(string strategy, string name) => new()
    {
        Name = name,
        Strategy = strategy,
        BatchSize = 64,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
        Seed = 1,
    };
}
