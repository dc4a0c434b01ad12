using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay;

/// <summary>What a job over recorded curves is to achieve.</summary>
public static class RecordedObjective
{
    /// <summary>
    /// With a target, to reach it, without a deadline for the job: the budget bounds each run. Without, the best value by the budget or,
    /// where there is none, by the median length of a run.
    /// </summary>
    /// <param name="curves">Of one problem, at least one.</param>
    /// <param name="kind">In place of what the curves suggest.</param>
    public static Objective ForCurves(ImmutableArray<RecordedCurve> curves, ObjectiveKind? kind = null)
    {
        var curve = curves[0];
        var chosen = kind ?? (curve.Target is null ? ObjectiveKind.BestBy : ObjectiveKind.FastestTo);
        var runs = curves.Select(c => c.SecondsAt(c.Steps.Length - 1) + c.EvaluationAt(c.Steps.Length - 1)).Order().ToArray();
        return new Objective
        {
            Kind = chosen,
            Metric = curve.Metric,
            Direction = curve.Direction,
            Target = chosen == ObjectiveKind.FastestTo ? curve.Target : null,
            DeadlineSeconds = chosen == ObjectiveKind.BestBy ? curve.BudgetSeconds ?? runs[runs.Length / 2] : null,
        };
    }
}
