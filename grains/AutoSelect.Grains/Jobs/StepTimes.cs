using AutoSelect.Contracts;
using AutoSelect.Performance;

namespace AutoSelect.Grains;

/// <summary>The step-time belief of a trial: the prediction it was submitted with, updated by what its own steps took. Pure.</summary>
internal static class StepTimes
{
    /// <summary>Stands in for a prediction where a job was submitted without: 20 ms, give or take a factor of about three.</summary>
    private static readonly StepTimeForecast Unknown = new(0.02, 1.0, 0.3);

    public static StepTimeForecast Of(Trial trial, JobSpec spec) => StepTimePosterior.Update(
        spec.StepTimes.GetValueOrDefault(trial.Candidate.Name, Unknown),
        trial.StepTime,
        trial.Curve.IsEmpty ? null : trial.Curve[^1].EvaluationSeconds / trial.Curve.Length);
}
