using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Planning.Inspections;

/// <summary>What an inspection found.</summary>
/// <param name="Catalogue">What can be run.</param>
/// <param name="Workload">The workload that was asked for, with the number of its training examples under the options given; null where
/// none was.</param>
/// <param name="Links">A group's measurement of the links as JSON; null where it was not asked for.</param>
public sealed record Inspection(Catalogue Catalogue, WorkloadDescription? Workload, string? Links = null)
{
    /// <summary>Files and folders that the answer about the workload depends on; null where that is not known.</summary>
    public ImmutableArray<string>? Files { get; init; }
}
