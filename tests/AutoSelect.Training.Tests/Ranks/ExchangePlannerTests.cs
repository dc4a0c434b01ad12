using AutoSelect.Contracts;
using AutoSelect.Training.Ranks;

namespace AutoSelect.Training.Tests;

public sealed class ExchangePlannerTests : RankedTrainingTest
{
    [Fact]
    public void Ranks_plan_by_their_layers_and_timing_them_changes_no_bit()
    {
        var plan = new ExchangePlan { Overlap = ExchangeOverlap.Backward, BucketBytes = 300 };
        var given = TrainTogether(Shared(20, "fp32", plan: plan));
        var assignment = Shared(20, "fp32", trial: "t02");
        var planner = new FixedPlanner(new(plan, .0125));
        var planned = RankThreads.Run(2, ranks =>
        {
            using var trainer = NewTrainer();
            var recorder = new Recorder();
            return new Trained(trainer.Train(
                assignment with { Placement = assignment.Placement! with { Rank = ranks.Rank, Plan = null } }, recorder, ranks), recorder);
        }, planner: planner);
        Assert.Equal("", planned[0].Report.Reason);
        Assert.Equal(RankedStateOf(given[0].Report.Checkpoint!), RankedStateOf(planned[0].Report.Checkpoint!));
        Assert.Equal(12.5, planned[0].Recorder.Points[^1].Diagnostics!["communication.forecastStepMilliseconds"], 9);
        Assert.Equal(2, planner.Seen.Count);
        Assert.All(planner.Seen, layers =>
        {
            Assert.Equal([(48, 16), (272, 16), (34, 2)], layers.Select(l => (l.Parameters, l.Rows)));
            Assert.All(layers, l => Assert.True(l.ForwardSeconds > 0 && l.BackwardSeconds > 0));
        });
    }

    private sealed class FixedPlanner(PlannedExchange answer) : IExchangePlanner
    {
        public System.Collections.Concurrent.ConcurrentBag<IReadOnlyList<LayerCost>> Seen { get; } = [];

        public PlannedExchange Choose(IReadOnlyList<LayerCost> layers, Candidate candidate, StrategyDescription strategy)
        {
            Seen.Add(layers);
            return answer;
        }
    }
}
