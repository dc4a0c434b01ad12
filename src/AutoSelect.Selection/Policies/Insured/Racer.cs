using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>One trial in the race.</summary>
/// <param name="Evidence">What is known of it.</param>
/// <param name="Losses">
/// By sample, smaller is better, if it trained from now on: seconds to the target (<see cref="Race.Never"/> for never), the turned value at
/// the deadline, or the best trade-off.
/// </param>
/// <param name="Outlook">Its forecast; null where it has not begun.</param>
internal sealed record Racer(TrialEvidence Evidence, double[] Losses, TrialOutlook? Outlook)
{
    public TrialId Id => Evidence.Trial;
    public string Name => Evidence.Candidate.Name;
    public bool IsAlive => JobOutlook.IsAlive(Evidence);
    public bool HasStepsLeft => Evidence.Step < Evidence.HorizonSteps;

    /// <summary>True while it is on devices.</summary>
    public bool IsTraining => Evidence.RunningTo is not null;

    /// <summary>Fraction of its horizon done.</summary>
    public double Progress => (double)Evidence.Step / Math.Max(1, Evidence.HorizonSteps);

    public double MeanLoss { get; } = Losses.Average();

    /// <summary>Devices it trains on: those of a committed run for the baseline and the incumbent, else its candidate's ranks.</summary>
    public int Devices { get; init; } = Evidence.Candidate.Ranks;
}
