namespace AutoSelect.Contracts;

/// <summary>Something of a workload that can be trained and is probably not what its user means.</summary>
/// <param name="Message">Value, what follows from it, and what to do.</param>
/// <param name="Option">The option it is about; null for the workload as a whole.</param>
[GenerateSerializer, Immutable, Alias("autoselect.WorkloadWarning")]
public sealed record WorkloadWarning([property: Id(0)] string Message, [property: Id(1)] string? Option = null);
