using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>What is read off a trial's curve. Run seconds are training and evaluation, as if it had run alone on one device.</summary>
internal static class CurveReading
{
    public static double RunSeconds(CurvePoint point) => point.DeviceSeconds + point.EvaluationSeconds;

    /// <summary>The finite point with the best deliverable value; the earliest of equals; null without one.</summary>
    public static CurvePoint? Best(Trial trial, Objective objective)
    {
        CurvePoint? best = null;
        foreach (var point in trial.Curve)
        {
            var value = point.Deliverable(objective.Direction);
            if (double.IsFinite(value) && (best is null || objective.IsBetter(value, best.Deliverable(objective.Direction)))) best = point;
        }
        return best;
    }

    /// <summary>The first point that reaches the target; null where none does.</summary>
    public static CurvePoint? Reached(Trial trial, Objective objective) =>
        trial.Curve.FirstOrDefault(p => objective.Reaches(p.Deliverable(objective.Direction)));

    /// <summary>Step of the last point; 0 before the first.</summary>
    public static long LastStep(Trial trial) => trial.Curve.IsEmpty ? 0 : trial.Curve[^1].Step;

    /// <summary>
    /// Run seconds at a step: on the line between the points beside it, from zero, and beyond the last point at its pace.
    /// </summary>
    public static double RunSecondsAt(ImmutableArray<CurvePoint> curve, long step) => SecondsAt(curve, step, RunSeconds);

    /// <summary>Training seconds at a step, in the same way.</summary>
    public static double DeviceSecondsAt(ImmutableArray<CurvePoint> curve, long step) => SecondsAt(curve, step, p => p.DeviceSeconds);

    /// <summary>Run seconds that go with training seconds, at the trial's proportion of evaluation so far.</summary>
    public static double WithEvaluation(ImmutableArray<CurvePoint> curve, double trainingSeconds) =>
        curve.IsEmpty || curve[^1].DeviceSeconds <= 0 ? trainingSeconds : trainingSeconds * RunSeconds(curve[^1]) / curve[^1].DeviceSeconds;

    public static bool RanToHorizon(Trial trial) => !trial.Curve.IsEmpty && trial.Curve[^1].Step >= trial.HorizonSteps;

    private static double SecondsAt(ImmutableArray<CurvePoint> curve, long step, Func<CurvePoint, double> seconds)
    {
        var (lastStep, lastSeconds) = (0L, 0.0);
        foreach (var point in curve)
        {
            if (point.Step >= step)
                return point.Step == lastStep ? lastSeconds
                    : lastSeconds + (seconds(point) - lastSeconds) * (step - lastStep) / (point.Step - lastStep);
            (lastStep, lastSeconds) = (point.Step, seconds(point));
        }
        return lastStep == 0 ? 0 : lastSeconds * step / lastStep;
    }
}
