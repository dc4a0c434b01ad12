using AutoSelect.Contracts;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>What the ranks of a segment do next: the same on all of them, though orders and clocks are each rank's own.</summary>
/// <param name="Order">The strictest order that any of them was given.</param>
/// <param name="IsCheckpointDue">The leader wants to write a checkpoint.</param>
/// <param name="Steps">Steps until they agree again, at least 1.</param>
internal readonly record struct RankAgreement(SegmentOrder Order, bool IsCheckpointDue, int Steps)
{
    // Often enough for orders to be followed at once as people see it, and where halting costs, at the latest before they wonder.
    private const double LeastSeconds = .5, MostSeconds = 5, ShareOfHalts = .05;

    /// <summary>Losses are kept until ranks agree.</summary>
    private const int MostSteps = 4096;

    /// <summary>Asks all ranks; called by all at the same step.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">What this rank thinks; the leader's opinion alone counts for the checkpoint.</param>
    /// <param name="stepSeconds">Seconds of a step; not a number before the first.</param>
    /// <param name="haltSeconds">Seconds that the last halt took: what was under way had to end, losses and votes were exchanged.</param>
    public static RankAgreement Reach(TrainingRanks ranks, RankAgreement own, double stepSeconds, double haltSeconds)
    {
        var leads = ranks.Rank == 0;
        using var scope = NewDisposeScope();
        var votes = tensor(new[]
        {
            own.Order == SegmentOrder.Abandon ? 1f : 0,
            own.Order == SegmentOrder.Interrupt ? 1f : 0,
            leads && own.IsCheckpointDue ? 1f : 0,
            leads ? StepsBetween(stepSeconds, haltSeconds) : 0,
        });
        ranks.AllReduce(votes);
        var sum = votes.data<float>().ToArray();
        return new(
            sum[0] > 0 ? SegmentOrder.Abandon : sum[1] > 0 ? SegmentOrder.Interrupt : SegmentOrder.Continue, sum[2] > 0, (int)sum[3]);
    }

    /// <summary>
    /// Steps until ranks agree again: half a second's, or as many as it takes for the halt to cost a twentieth, up to five seconds'; 1
    /// before the first step.
    /// </summary>
    internal static int StepsBetween(double stepSeconds, double haltSeconds) => stepSeconds > 0
        ? (int)Math.Clamp(Math.Clamp(haltSeconds / ShareOfHalts, LeastSeconds, MostSeconds) / stepSeconds, 1, MostSteps) : 1;
}
