namespace AutoSelect.Contracts;

/// <summary>
/// A log-normal belief about the mean wall-clock seconds of the training steps to come, other load included, and about the seconds of one
/// evaluation.
/// </summary>
/// <param name="MedianSeconds">Median of the belief, seconds a step.</param>
/// <param name="LogStandardDeviation">Standard deviation of the natural logarithm of the seconds of a step.</param>
/// <param name="EvaluationSeconds">Seconds of one evaluation.</param>
/// <param name="Spread">
/// Standard deviation of single steps over their mean, by which ranks that meet in every step wait for the slowest; 0 where it is not
/// known.
/// </param>
[GenerateSerializer, Immutable, Alias("autoselect.StepTimeForecast")]
public sealed record StepTimeForecast(
    [property: Id(0)] double MedianSeconds,
    [property: Id(1)] double LogStandardDeviation,
    [property: Id(2)] double EvaluationSeconds,
    [property: Id(3)] double Spread = 0);
