using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// Future steps that a curve is drawn at: the present one, then steps at which an evaluation is due, since only there the metric is
/// measured and only there a target can be met. Denser near the present.
/// </summary>
/// <param name="Steps">Ascending; the first is the present step, the last the horizon.</param>
/// <param name="Chances">Evaluations after the step before and up to this one; 0 at the present.</param>
internal sealed record EvaluationGrid(double[] Steps, int[] Chances)
{
    /// <summary>Evaluations that are told apart; where more are due each stands for several.</summary>
    private const int MostEvaluations = 250;

    public static EvaluationGrid Ahead(TrialEvidence trial, EvaluationPolicy evaluation)
    {
        var horizon = Math.Max(trial.Step, trial.HorizonSteps);
        if (horizon <= trial.Step) return new([trial.Step, horizon], [0, 0]);
        var (due, each) = Due(trial, evaluation, horizon);
        return due.Length > TrialOutlook.GridPoints ? Chosen(trial.Step, due, each) : Divided(trial.Step, due);
    }

    /// <summary>Share of the way at which the j-th of the grid's points lies.</summary>
    public static double Fraction(int j) => Math.Pow((double)j / TrialOutlook.GridPoints, 1.5);

    /// <summary>
    /// Steps at which evaluations are due, as <see cref="EvaluationPolicy.IsDue"/> has them, without asking it step by step.
    /// </summary>
    private static (long[] Steps, int Each) Due(TrialEvidence trial, EvaluationPolicy evaluation, long horizon)
    {
        var epoch = Math.Max(1, trial.StepsPerEpoch);
        var interval = Math.Max(1, epoch / Math.Max(1e-9, evaluation.PerEpoch));
        var (first, last) = (Math.Floor(trial.Step / interval) + 1, Math.Floor(horizon / interval));
        var each = (int)Math.Clamp(Math.Ceiling((last - first + 1) / MostEvaluations), 1, int.MaxValue);
        var due = new List<long>(MostEvaluations + 5) { horizon };
        for (var m = first + each - 1; m <= last; m += each) due.Add((long)Math.Ceiling(m * interval));
        if (epoch >= 4) for (var quarter = 1; quarter < 4; quarter++) due.Add((long)Math.Ceiling(quarter * epoch / 4.0));
        due.Add(Math.Max(1, epoch / 8));
        due.RemoveAll(step => step <= trial.Step || step > horizon);
        due.Sort();
        return ([.. due.Distinct()], each);
    }

    private static EvaluationGrid Chosen(long present, long[] due, int each)
    {
        var steps = new double[TrialOutlook.GridPoints + 1];
        var chances = new int[steps.Length];
        steps[0] = present;
        for (int j = 1, before = 0; j < steps.Length; j++)
        {
            var index = Math.Clamp((int)Math.Round(due.Length * Fraction(j)), before + 1, due.Length - (TrialOutlook.GridPoints - j));
            (steps[j], chances[j], before) = (due[index - 1], (index - before) * each, index);
        }
        return new(steps, chances);
    }

    /// <summary>All of them, and points between them that nothing is measured at where they are few.</summary>
    private static EvaluationGrid Divided(long present, long[] due)
    {
        var parts = TrialOutlook.GridPoints / due.Length;
        var steps = new double[due.Length * parts + 1];
        var chances = new int[steps.Length];
        steps[0] = present;
        for (var i = 0; i < due.Length; i++)
        {
            var from = steps[i * parts];
            for (var p = 1; p <= parts; p++) steps[i * parts + p] = from + (due[i] - from) * p / parts;
            chances[(i + 1) * parts] = 1;
        }
        return new(steps, chances);
    }
}
