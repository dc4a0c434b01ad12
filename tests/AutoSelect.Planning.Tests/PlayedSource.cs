using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Planning.Tests;

/// <summary>Answers as it is told to, and notes what it was asked.</summary>
internal sealed class PlayedSource : ICatalogueSource
{
    public Func<WorkloadReference?, Inspection> Answer { get; init; } = workload =>
        workload is null ? Sample.Inspection with { Workload = null } : Sample.Inspection;

    public List<(string? Workload, int Ranks)> Asked { get; } = [];

    public Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        Asked.Add((workload?.Name, ranks));
        return Task.FromResult(Answer(workload));
    }
}
