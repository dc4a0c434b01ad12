using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>How far a trial trains until the next decision.</summary>
/// <param name="longest">
/// How many times its seconds a slice may take so as to hold evaluations; 1 where the others would wait for nothing.
/// </param>
internal sealed class RungSlices(EvaluationPolicy evaluation, double longest = double.PositiveInfinity)
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
            if (step - trial.Step > longest * wanted) return until;
            if (!IsDue(trial, step, horizon)) continue;
            if (step > until && found >= LeastEvaluations) return AbsorbRest(last, trial.Step, horizon);
            (found, last) = (found + 1, step);
            // A rest that is shorter than a quarter of the slice is not worth a rung of its own.
            if (step >= until && found >= LeastEvaluations) return AbsorbRest(step, trial.Step, horizon);
        }
        return horizon;
    }

    /// <summary>Seconds of device time that the next slice takes.</summary>
    public double Seconds(TrialEvidence trial, double seconds) =>
        (NextStep(trial, seconds) - trial.Step) * StepCost.SecondsPerStep(trial, evaluation);

    private static long AbsorbRest(long step, long from, long horizon) => horizon - step < (step - from) / 4 ? horizon : step;

    private bool IsDue(TrialEvidence trial, long step, long horizon) =>
        step == horizon || evaluation.IsDue(step, Math.Max(1, trial.StepsPerEpoch), horizon);

    /// <summary>
    /// Wall-clock seconds of running the slices in order on the devices, each on as many as it has ranks, those that are free first.
    /// </summary>
    public static double Makespan(IEnumerable<(double Seconds, int Ranks)> slices, int devices)
    {
        var free = new double[Math.Max(1, devices)];
        foreach (var (seconds, ranks) in slices)
        {
            Array.Sort(free);
            var taken = Math.Clamp(ranks, 1, free.Length);
            Array.Fill(free, free[taken - 1] + seconds, 0, taken);
        }
        return free.Max();
    }
}
