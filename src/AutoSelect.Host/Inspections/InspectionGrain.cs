using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using Orleans.Concurrency;

namespace AutoSelect.Host.Inspections;

/// <summary>Answers other silos out of what this one finds out; it keeps nothing itself, and holds nobody else up while it waits.</summary>
[StatelessWorker]
internal sealed class InspectionGrain(ICatalogueSource source) : Grain, IInspectionGrain
{
    private static readonly IProgress<DataProgress> Silent = new Progress<DataProgress>();

    public async Task<InspectionReply> Inspect(WorkloadReference? workload, int ranks)
    {
        try
        {
            var found = await source.Inspect(workload, ranks, Silent, CancellationToken.None);
            return new InspectionReply
            {
                Catalogue = found.Catalogue,
                Workload = found.Workload,
                Links = found.Links,
                Files = found.Files,
            };
        }
        catch (WorkloadRefusedException e)
        {
            return new InspectionReply { Error = e.Message, IsInputError = true, Option = e.Option, Workload = e.Description };
        }
        catch (InspectionFailedException e)
        {
            return new InspectionReply { Error = e.Message };
        }
    }
}
