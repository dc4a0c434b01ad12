using AutoSelect.Contracts;

namespace AutoSelect.Training.Ranks;

/// <summary>
/// Decides how ranks exchange gradients, where the assignment leaves it to them; the choice has no bearing on what is learned.
/// </summary>
public interface IExchangePlanner
{
    /// <summary>The plan, the same on all ranks; all of them call.</summary>
    /// <param name="layers">This rank's times of the layers on its share of a batch.</param>
    /// <param name="candidate">What is trained.</param>
    /// <param name="strategy">Its strategy.</param>
    /// <exception cref="Communication.RankLostException">A rank was lost.</exception>
    PlannedExchange Choose(IReadOnlyList<LayerCost> layers, Candidate candidate, StrategyDescription strategy);
}

/// <summary>A plan, and the step time that is forecast for it.</summary>
/// <param name="Plan">How gradients are exchanged.</param>
/// <param name="StepSeconds">Median of the forecast of passes and exchange; not a number where nobody has forecast it.</param>
public sealed record PlannedExchange(ExchangePlan Plan, double StepSeconds);
