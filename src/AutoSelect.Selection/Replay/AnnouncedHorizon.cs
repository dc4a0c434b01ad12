namespace AutoSelect.Selection.Replay;

/// <summary>How many steps a recorded run was going to have, as far as that was known when it began.</summary>
internal static class AnnouncedHorizon
{
    /// <summary>
    /// The steps that were announced. A recording without evaluation times comes from another system, in which runs may count steps in
    /// units of their own and time alone bounds them: there, the steps that fit into the budget. Without any of these, the longest
    /// run of the problem.
    /// </summary>
    public static long StepsFor(RecordedCurve curve, IEnumerable<RecordedCurve> problem, RecordedRun run)
    {
        if (curve is { EvaluationSeconds: null, Seconds: not null, BudgetSeconds: { } budget })
            return Math.Max(1, (long)Math.Round(budget / run.SecondsPerStep));
        return Math.Max(1, curve.StepHint is { } hint ? (long)hint : problem.Max(c => c.Steps[^1]));
    }
}
