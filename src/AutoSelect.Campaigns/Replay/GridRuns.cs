using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Campaigns.Replay;

/// <summary>What of a recorded run a simulated one may measure.</summary>
internal static class GridRuns
{
    /// <summary>Seconds of a whole run, training and evaluation; of one that failed what it would have taken to its end.</summary>
    public static double Seconds(RecordedCurve run) =>
        SecondsAt(run, run.Steps.Length - 1) * (run.Values[^1] is null ? (double)run.HorizonSteps / run.Steps[^1] : 1);

    /// <summary>A run that failed after its last value, with one that is not finite where it failed: there a simulated run fails.</summary>
    /// <param name="run">Has seconds.</param>
    /// <param name="trial">The same.</param>
    public static RecordedCurve Failing(RecordedCurve run, Trial trial)
    {
        var last = run.Steps.Length - 1;
        if (run.Values[last] is null) return run;
        return run with
        {
            Steps = run.Steps.Add(Math.Max(run.Steps[last] + 1, trial.Segments.Select(s => s.ToStep).DefaultIfEmpty().Max())),
            Seconds = run.Seconds!.Value.Add(Math.Max(run.SecondsAt(last), trial.Segments.Sum(s => s.DeviceSeconds))),
            Values = run.Values.Add(null),
            EvaluationSeconds = run.EvaluationSeconds!.Value.Add(
                Math.Max(run.EvaluationAt(last), trial.Segments.Sum(s => s.EvaluationSeconds))),
        };
    }

    /// <summary>
    /// The part of a run that fits, at least its first stretch. It is announced with the steps of its plan that fit, as if it did not fail.
    /// </summary>
    /// <param name="run">As it was recorded.</param>
    /// <param name="budget">Seconds that it may last.</param>
    public static RecordedCurve Within(RecordedCurve run, double budget)
    {
        var count = Math.Max(1, Enumerable.Range(0, run.Steps.Length).Count(i => SecondsAt(run, i) <= budget));
        var (isWhole, last) = (count == run.Steps.Length, run.Steps[count - 1]);
        return run with
        {
            Target = null,
            BudgetSeconds = budget,
            State = isWhole ? run.State : null,
            StepHint = isWhole && run.Values[^1] is null
                ? Math.Max(last, Math.Round(run.HorizonSteps * Math.Min(1, budget / Seconds(run)))) : last,
            Steps = run.Steps[..count],
            Seconds = run.Seconds?[..count],
            Values = run.Values[..count],
            EvaluationSeconds = run.EvaluationSeconds?[..count],
        };
    }

    private static double SecondsAt(RecordedCurve run, int i) => run.SecondsAt(i) + run.EvaluationAt(i);
}
