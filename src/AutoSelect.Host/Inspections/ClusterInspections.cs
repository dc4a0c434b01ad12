using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Inspections;

/// <summary>Has another silo of the cluster look, which has the device program.</summary>
internal sealed class ClusterInspections(IGrainFactory grains) : ICatalogueSource
{
    private const string Nobody = "No silo of the cluster has the device program, which jobs are checked with: start one that has.";

    public async Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        var reply = await Ask(workload, ranks).WaitAsync(ct);
        return InspectionReplies.Found(reply)
            ?? throw new InspectionFailedException("The silo that looked at the workload gave no answer.");
    }

    private async Task<InspectionReply> Ask(WorkloadReference? workload, int ranks)
    {
        IInspectionGrain grain;
        try
        {
            grain = grains.GetGrain<IInspectionGrain>(0);
        }
        catch (ArgumentException e)
        {
            // No silo of this cluster has said that it has an implementation.
            throw new InspectionFailedException(Nobody, e);
        }
        try
        {
            return await grain.Inspect(workload, ranks);
        }
        catch (OrleansException e)
        {
            throw new InspectionFailedException(Nobody, e);
        }
        catch (TimeoutException e)
        {
            throw new InspectionFailedException("The silo that looks at the workload does not answer: try again.", e);
        }
    }
}
