using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>What is known of the step time of one trial of a job.</summary>
/// <param name="Strategy">Name of its training strategy.</param>
/// <param name="Prior">Predicted before any trial of the job had run.</param>
/// <param name="Measured">What its own steps took; null before it has run.</param>
/// <param name="EvaluationSeconds">Mean seconds of its evaluations; null before the first.</param>
/// <param name="Class">Kind of devices that the times are of; trials on one kind tell nothing of those on another.</param>
public sealed record StepTimeEvidence(
    string Strategy, StepTimeForecast Prior, StepTime? Measured = null, double? EvaluationSeconds = null, string Class = "");
