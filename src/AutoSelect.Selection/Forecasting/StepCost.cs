using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.Forecasting;

/// <summary>What a step of a trial costs, its share of the evaluations included.</summary>
internal static class StepCost
{
    /// <summary>Evaluation seconds spread over the steps between evaluations.</summary>
    public static double EvaluationSecondsPerStep(TrialEvidence trial, EvaluationPolicy evaluation)
    {
        var seconds = trial.StepTime.EvaluationSeconds;
        if (!double.IsFinite(seconds) || seconds <= 0) return 0;
        var interval = Math.Max(1, trial.StepsPerEpoch / Math.Max(1e-9, evaluation.PerEpoch));
        return seconds / Math.Min(interval, Math.Max(1, trial.HorizonSteps));
    }

    /// <summary>Median seconds of a step and its share of the evaluations.</summary>
    public static double SecondsPerStep(TrialEvidence trial, EvaluationPolicy evaluation)
    {
        var median = trial.StepTime.MedianSeconds;
        return (double.IsFinite(median) && median > 0 ? median : 1e-3) + EvaluationSecondsPerStep(trial, evaluation);
    }
}
