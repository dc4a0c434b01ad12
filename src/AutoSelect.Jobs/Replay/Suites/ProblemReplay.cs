using AutoSelect.Contracts;
using AutoSelect.Selection.Policies.Comparison;

using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>How the job on one problem went.</summary>
public sealed record ProblemReplay
{
    internal ProblemReplay(
        ReplayProblem problem, Objective objective, ProblemScale scale, SimulatedOutcome outcome, TimeSpan elapsed, TimeSpan deciding)
    {
        (Problem, Objective, Outcome, Elapsed, Deciding) = (problem, objective, outcome, elapsed, deciding);
        IsSolvable = scale.IsSolvable;
        OracleSeconds = scale.OracleSeconds;
        if (!IsSolvable) return;
        var timed = objective.Kind == ObjectiveKind.FastestTo;
        Loss = timed ? scale.Slowdown(outcome.SecondsToTarget) : scale.Regret(outcome.Value);
        Hit = timed ? outcome.SecondsToTarget is { } seconds && seconds <= ProblemScale.Miss * OracleSeconds
            : outcome.Winner == outcome.Reference.Oracle;
        DeviceTimeOverOracle = outcome.DeviceSeconds / scale.OracleRunSeconds;
        OverBaseline = OverBaseline.FromOutcome(problem, objective, outcome);
        if (EntryRanking.FromHistory(problem.History) is { IsEmpty: false } ranking)
        {
            var best = problem.Curves.OrderBy(c => ranking.Score(c.Candidate)).First();
            SingleBestLoss = ProblemLosses.FromCurves(problem.Curves, objective.Kind)!.LossOf(best.Candidate);
        }
    }

    public ReplayProblem Problem { get; }
    public Objective Objective { get; }
    public SimulatedOutcome Outcome { get; }

    /// <summary>Real time of the simulation, the policy's decisions included.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Real time of the policy's decisions.</summary>
    public TimeSpan Deciding { get; }

    /// <summary>False when no candidate reaches the target, or none has a value.</summary>
    public bool IsSolvable { get; }

    /// <summary>Shortest time to the target of any candidate; null when none reaches it.</summary>
    public double? OracleSeconds { get; }

    /// <summary>Slowdown, at most 4; without a target the scaled regret, 0 to 1. Null when not solvable.</summary>
    public double? Loss { get; }

    /// <summary>Loss of the candidate that is best on the history's workloads; null without a history.</summary>
    public double? SingleBestLoss { get; }

    /// <summary>Loss of the best candidate when trained alone.</summary>
    public double OracleLoss => Objective.Kind == ObjectiveKind.FastestTo ? 1 : 0;

    /// <summary>
    /// True when the target was reached in four times the oracle's time or less; without a target, when the oracle's candidate was chosen.
    /// </summary>
    public bool Hit { get; }

    public double? DeviceTimeOverOracle { get; }

    /// <summary>The job against its baseline alone; null where that cannot be told in time.</summary>
    public OverBaseline? OverBaseline { get; }
}
