namespace AutoSelect.Benchmarks;

/// <summary>Seconds and bytes sent of a step.</summary>
internal sealed record StepFigures(double Wall, double Cpu, long Bytes);

/// <summary>What a rank of <see cref="DistributedKfac"/> found.</summary>
/// <param name="Later">Steps behind the burn-in.</param>
/// <param name="BurnIn">Steps of the burn-in but the first.</param>
/// <param name="Loss">Of the last step.</param>
/// <param name="Snapshots">Steps after which the weights were written.</param>
/// <param name="Parameters">Number of weights.</param>
internal sealed record KfacOutcome(StepFigures Later, StepFigures BurnIn, double Loss, int[] Snapshots, int Parameters);
