using AutoSelect.Contracts;
using AutoSelect.Selection.Objectives;

namespace AutoSelect.Selection.Policies;

/// <summary>Says whether the objective can be met, and if not, what comes nearest.</summary>
internal static class Feasibility
{
    /// <summary>Share of a run before which its curve tells nothing.</summary>
    private const double NoneBefore = 0.08;

    /// <summary>Null when feasible, or too early to tell; else a sentence.</summary>
    public static string? Problem(JobOutlook job)
    {
        if (job.Front is not { } front) return null;
        var (objective, value) = (job.Input.Objective, job.Value);
        if (value.RemainingSeconds <= 0)
            return $"the deadline of {Wording.Duration(objective.DeadlineSeconds ?? 0)} has passed; the best value at hand is "
                + $"{Wording.Value(Now(job))}";
        if (value.Target is not { } target) return null;
        if (job.Trials.Max(t => t.Outlook.Progress) < NoneBefore) return null;
        var chances = job.Trials.Select(t => (Trial: t, Chance: Chance(t, value, target))).OrderByDescending(c => c.Chance).ToArray();
        if (chances[0].Chance >= 1 - Math.Clamp(job.Input.Confidence, 0.5, 0.999)) return null;
        var (best, seconds, expected) = job.Trials.Select(t => Expected(t, value)).MinBy(e => e.Expected);
        return $"the target {Wording.Number(objective.Target!.Value)} is unlikely ({Wording.Percent(chances[0].Chance)}) within the "
            + $"{(double.IsFinite(value.RemainingSeconds) ? "horizon and deadline" : "horizon")}; "
            + $"the best expected is {Wording.Value(value.Sign * expected)} after {Wording.Duration(seconds)} more, by {best.Name}";
    }

    private static double Chance(TrialView trial, ObjectiveValue value, double target) =>
        Enumerable.Range(0, trial.Outlook.Samples)
            .Count(s => double.IsFinite(trial.Outlook.SecondsToTarget(s, target, value.RemainingSeconds)))
            / (double)trial.Outlook.Samples;

    private static (TrialView Trial, double Seconds, double Expected) Expected(TrialView trial, ObjectiveValue value)
    {
        var outlook = trial.Outlook;
        var mean = Enumerable.Range(0, outlook.Samples)
            .Average(s => outlook.At(outlook.Latent, s, outlook.FinalStep(s, value.RemainingSeconds)));
        return (trial, Math.Min(outlook.SecondsToHorizon, value.RemainingSeconds), mean);
    }

    private static double Now(JobOutlook job) =>
        job.Value.Sign * job.Trials.Where(t => !t.Evidence.Curve.IsEmpty)
            .Select(t => job.Value.Sign * t.Evidence.Curve[^1].Deliverable(job.Input.Objective.Direction))
            .Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
}
