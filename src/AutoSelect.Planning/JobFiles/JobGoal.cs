using AutoSelect.Contracts;

namespace AutoSelect.Planning.JobFiles;

/// <summary>An objective before the workload's metric is known.</summary>
/// <param name="Kind">What counts.</param>
/// <param name="Target">Value to reach.</param>
/// <param name="DeadlineSeconds">Seconds the job may take.</param>
/// <param name="SecondsPerUnit">What a unit of the metric is worth.</param>
/// <param name="Gain">The improvement that the worth was given for.</param>
internal sealed record JobGoal(ObjectiveKind Kind, double? Target, double? DeadlineSeconds, double? SecondsPerUnit, double? Gain = null)
{
    public Objective For(WorkloadDescription workload) => new()
    {
        Kind = Kind,
        Metric = workload.Metric,
        Direction = workload.Direction,
        Target = Target,
        DeadlineSeconds = DeadlineSeconds,
        SecondsPerUnit = SecondsPerUnit,
    };
}
