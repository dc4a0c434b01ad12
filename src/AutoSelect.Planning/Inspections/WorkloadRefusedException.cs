using AutoSelect.Contracts;

namespace AutoSelect.Planning.Inspections;

/// <summary>A workload cannot be run as the job asks for it. The message gives the value and the rule, and the file where one is at
/// fault.</summary>
/// <param name="message">Value and rule.</param>
/// <param name="option">The workload's option at fault; null where it is none.</param>
/// <param name="description">The workload as far as it is known without its data; null where it is not.</param>
public sealed class WorkloadRefusedException(
    string message, string? option = null, WorkloadDescription? description = null) : Exception(message)
{
    /// <summary>The workload as far as it is known without its data; null where it is not.</summary>
    public WorkloadDescription? Description => description;

    /// <summary>The workload's option at fault; null where it is none.</summary>
    public string? Option => option;
}
