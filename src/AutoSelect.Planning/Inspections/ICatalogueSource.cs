using AutoSelect.Contracts;

namespace AutoSelect.Planning.Inspections;

/// <summary>Asks a device process what it can run.</summary>
public interface ICatalogueSource
{
    /// <summary>Tells what can be run, and of a workload how large its data and its model are.</summary>
    /// <param name="workload">A workload to look at, its data made ready; null for the catalogue alone.</param>
    /// <param name="ranks">Ranks between which the links of this machine are to be measured; below 2 for none.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="ct">Ends the device process.</param>
    /// <exception cref="InspectionFailedException">The device process or the data set cannot be had.</exception>
    /// <exception cref="WorkloadRefusedException">The workload is unknown, refuses an option or cannot use the data that an option
    /// names.</exception>
    Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct);
}
