using System.Collections.Immutable;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>Length of the first slice, from which the later ones grow.</summary>
internal static class FirstSlice
{
    /// <summary>Device seconds that each trial gets in the first rung.</summary>
    public static double Seconds(SelectionInput input, ImmutableArray<TrialEvidence> trials, RegretSettings settings)
    {
        var run = RunSeconds(input, trials);
        var losers = Math.Max(1, trials.Length - 1);
        var affordable = settings.FirstRungBudgetShare * ProbeAccount.Allowance(input.Probe.Share, run) / losers;
        return Math.Max(settings.LeastSliceSeconds, Math.Min(settings.FirstRungShare * run, affordable));
    }

    /// <summary>Device seconds of a slice in a rung.</summary>
    public static double Seconds(SelectionInput input, RegretSettings settings)
    {
        var rung = Math.Clamp(input.Rung, 0, 12);
        return JobOutlook.IsInformedBy(input)
            ? Math.Max(settings.LeastSliceSeconds, settings.InformedSliceShare * RunSeconds(input, input.Trials))
                * Math.Pow(settings.InformedSliceGrowth, rung)
            : Seconds(input, input.Trials, settings) * Math.Pow(settings.SliceGrowth, rung);
    }

    /// <summary>Device seconds of a typical whole run: the median over the trials, to the horizon or the deadline.</summary>
    public static double RunSeconds(SelectionInput input, ImmutableArray<TrialEvidence> trials)
    {
        if (trials.IsEmpty) return 0;
        var runs = trials.Select(t => StepCost.SecondsPerStep(t, input.Evaluation) * Math.Max(1, t.HorizonSteps)).Order().ToArray();
        return Math.Min(runs[runs.Length / 2], input.Objective.DeadlineSeconds ?? double.PositiveInfinity);
    }
}
