using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay;

/// <summary>
/// What each candidate of a recorded problem would have cost if it had been trained alone: capped slowdown, or scaled regret.
/// </summary>
internal sealed class ProblemLosses
{
    private readonly Dictionary<string, double> losses;
    private readonly double worst;

    private ProblemLosses(Dictionary<string, double> losses, double worst) => (this.losses, this.worst) = (losses, worst);

    /// <summary>Loss of a candidate; that of a miss when the problem does not have it.</summary>
    public double LossOf(string candidate) => losses.GetValueOrDefault(candidate, worst);

    /// <summary>The losses of a problem's curves; null when no candidate reaches the target, or none has a value.</summary>
    public static ProblemLosses? FromCurves(ImmutableArray<RecordedCurve> curves, ObjectiveKind? kind = null)
    {
        var objective = RecordedObjective.ForCurves(curves, kind);
        var scale = ProblemScale.FromCurves(curves, objective);
        if (!scale.IsSolvable) return null;
        var runs = curves.GroupBy(c => c.Candidate).ToDictionary(g => g.Key, g => new RecordedRun(g.First()));
        return objective.Kind == ObjectiveKind.FastestTo
            ? new(runs.ToDictionary(r => r.Key, r => scale.Slowdown(r.Value.SecondsToTarget(objective))), ProblemScale.Miss)
            : new(
                runs.ToDictionary(r => r.Key, r => scale.Regret(r.Value.ValueAt(objective.DeadlineSeconds ?? double.PositiveInfinity))), 1);
    }
}
