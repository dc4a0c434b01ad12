namespace AutoSelect.Contracts;

/// <summary>
/// Looks at workloads for silos that have no device program, on one that has: only those have an implementation. To say what a workload
/// costs its model has to be built and its data read, which takes libtorch.
/// </summary>
[Alias("autoselect.IInspectionGrain")]
public interface IInspectionGrain : IGrainWithIntegerKey
{
    /// <summary>Tells what can be run there, and of a workload how large its data and its model are.</summary>
    /// <param name="workload">A workload to look at, its data made ready; null for the catalogue alone.</param>
    /// <param name="ranks">Ranks between which the links of that machine are to be measured; below 2 for none.</param>
    /// <returns>The result, or why there is none. Data may have to be downloaded first, so the answer may take minutes.</returns>
    [Alias("Inspect"), ResponseTimeout("00:15:00")] Task<InspectionReply> Inspect(WorkloadReference? workload, int ranks);
}
