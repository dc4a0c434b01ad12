using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Testing;

namespace AutoSelect.Api.Tests;

/// <summary>What a device process would answer of the sample catalogue.</summary>
internal sealed class SampleSource : ICatalogueSource
{
    public Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        if (workload is not null && workload.Name != SampleCatalogue.Workload.Name)
            throw new WorkloadRefusedException($"There is no workload '{workload.Name}'.");
        return Task.FromResult(new Inspection(SampleCatalogue.Catalogue, workload is null ? null : SampleCatalogue.Workload));
    }
}
