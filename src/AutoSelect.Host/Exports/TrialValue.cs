using AutoSelect.Contracts;

namespace AutoSelect.Host.Exports;

/// <summary>One value of a trial that other programs draw over steps.</summary>
/// <param name="Trial">Whose.</param>
/// <param name="Name">Of letters, digits, dots, dashes, slashes and underscores alone.</param>
/// <param name="Step">Steps of the trial.</param>
/// <param name="Time">When it was stored.</param>
/// <param name="Value">May be infinite or no number.</param>
/// <param name="Event">Number of the event that it was stored with.</param>
internal sealed record TrialValue(TrialId Trial, string Name, long Step, DateTimeOffset Time, double Value, long Event);
