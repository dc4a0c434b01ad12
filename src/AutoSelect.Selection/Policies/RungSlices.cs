using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies;

/// <summary>How far a trial trains until the next decision.</summary>
internal sealed class RungSlices(EvaluationPolicy evaluation)
{
    private const int LeastEvaluations = 2;

    /// <summary>
    /// Step at which the trial is next looked at: where <paramref name="seconds"/> of its device time end, moved to the last
    /// evaluation before it, or on to the second evaluation from now when there are fewer; at most the horizon.
    /// </summary>
    public long NextStep(TrialEvidence trial, double seconds)
    {
        var horizon = Math.Max(1, trial.HorizonSteps);
        if (trial.Step >= horizon) return horizon;
        var wanted = seconds / StepCost.SecondsPerStep(trial, evaluation);
        var until = wanted >= horizon - trial.Step ? horizon : trial.Step + Math.Max(1, (long)wanted);
        var (found, last) = (0, trial.Step);
        for (var step = trial.Step + 1; step <= horizon; step++)
        {
            if (!IsDue(trial, step, horizon)) continue;
            if (step > until && found >= LeastEvaluations) return AbsorbRest(last, trial.Step, horizon);
            (found, last) = (found + 1, step);
            // A rest that is shorter than a quarter of the slice is not worth a rung of its own.
            if (step >= until && found >= LeastEvaluations) return AbsorbRest(step, trial.Step, horizon);
        }
        return horizon;
    }

    private static long AbsorbRest(long step, long from, long horizon) => horizon - step < (step - from) / 4 ? horizon : step;

    private bool IsDue(TrialEvidence trial, long step, long horizon) =>
        step == horizon || evaluation.IsDue(step, Math.Max(1, trial.StepsPerEpoch), horizon);
}
