using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>
/// A job against its baseline alone. The target counts within one and a half budgets; later, or never, counts as that time for either.
/// </summary>
/// <param name="JobSeconds">Of the job to the target.</param>
/// <param name="BaselineSeconds">Of the baseline alone.</param>
/// <param name="DeviceSeconds">Of the job, all devices together.</param>
/// <param name="BaselineDeviceSeconds">Of the baseline alone; its budget where it never arrives.</param>
public sealed record OverBaseline(double JobSeconds, double BaselineSeconds, double DeviceSeconds, double BaselineDeviceSeconds)
{
    /// <summary>Budgets within which a target counts.</summary>
    public const double Budgets = 1.5;

    /// <summary>Time of the job over the baseline's; at most 1 where the job is insured.</summary>
    public double TimeOverBaseline => JobSeconds / BaselineSeconds;

    public double DeviceTimeOverBaseline => DeviceSeconds / BaselineDeviceSeconds;

    /// <summary>Null without a target or a budget.</summary>
    internal static OverBaseline? FromOutcome(ReplayProblem problem, Objective objective, SimulatedOutcome outcome)
    {
        if (objective.Kind != ObjectiveKind.FastestTo || problem.Curves[0].BudgetSeconds is not { } budget) return null;
        double Counted(double? seconds) => Math.Min(Budgets * budget, seconds ?? double.PositiveInfinity);
        var alone = new RecordedRun(problem.Curves.First(c => c.Candidate == outcome.Reference.Baseline)).SecondsToTarget(objective);
        return new OverBaseline(Counted(outcome.SecondsToTarget), Counted(alone), outcome.DeviceSeconds, alone ?? budget);
    }
}
