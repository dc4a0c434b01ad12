using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies;

/// <summary>How a trial's run would go on after a commit, on other numbers of devices than it has been trained on.</summary>
/// <param name="Ranks">Devices of the committed run.</param>
/// <param name="TriedOn">Devices that the trial's own step time is of.</param>
/// <param name="StepTime">What a step is then forecast to take, the exchange included.</param>
public sealed record CommittedRun(int Ranks, int TriedOn, StepTimeForecast StepTime);
