using AutoSelect.Contracts;
using static TorchSharp.torch;

namespace AutoSelect.Training;

/// <summary>What the ranks of a segment do next: the same on all of them, though orders and clocks are each rank's own.</summary>
/// <param name="Order">The strictest order that any of them was given.</param>
/// <param name="IsBudgetSpent">The leader has trained for as long as it may.</param>
/// <param name="IsCheckpointDue">The leader wants to write a checkpoint.</param>
/// <param name="Steps">Steps until they agree again, at least 1.</param>
internal readonly record struct RankAgreement(SegmentOrder Order, bool IsBudgetSpent, bool IsCheckpointDue, int Steps)
{
    // Often enough for orders to be followed at once as people see it, seldom enough for slow networks and overlap not to feel it.
    private const double Seconds = .5;
    private const int MostSteps = 64;

    /// <summary>Asks all ranks; called by all at the same step.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">What this rank thinks; the leader's opinion alone counts for budget and checkpoint.</param>
    /// <param name="stepSeconds">Seconds of a step; not a number before the first.</param>
    public static RankAgreement Reach(TrainingRanks ranks, RankAgreement own, double stepSeconds)
    {
        var leads = ranks.Rank == 0;
        var steps = stepSeconds > 0 ? Math.Clamp(Seconds / stepSeconds, 1, MostSteps) : 1;
        using var scope = NewDisposeScope();
        var votes = tensor(new[]
        {
            own.Order == SegmentOrder.Abandon ? 1f : 0,
            own.Order == SegmentOrder.Interrupt ? 1f : 0,
            leads && own.IsBudgetSpent ? 1f : 0,
            leads && own.IsCheckpointDue ? 1f : 0,
            leads ? (float)Math.Floor(steps) : 0,
        });
        ranks.AllReduce(votes);
        var sum = votes.data<float>().ToArray();
        return new(sum[0] > 0 ? SegmentOrder.Abandon : sum[1] > 0 ? SegmentOrder.Interrupt : SegmentOrder.Continue, sum[2] > 0, sum[3] > 0, (int)sum[4]);
    }
}
