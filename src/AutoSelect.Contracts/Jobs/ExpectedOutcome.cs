namespace AutoSelect.Contracts;

/// <summary>What a job is expected to come to, as lists show it.</summary>
/// <param name="End">
/// Seconds of the job's clock at which the objective is expected to be met: of whoever holds or leads the job, infinite where more mass
/// than that misses. Null before anything was forecast, and once the job has ended.
/// </param>
/// <param name="Saved">
/// Saved in <paramref name="Unit"/> against the baseline alone, positive where the job is better off: a forecast while it runs, and what
/// came of it afterwards. Null where unknown.
/// </param>
/// <param name="Unit">"s", or the metric's name.</param>
public sealed record ExpectedOutcome(Quantiles? End, Quantiles? Saved, string Unit);
