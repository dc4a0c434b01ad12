using AutoSelect.Contracts;

namespace AutoSelect.Host.Control;

/// <summary>One open store with its control silo and device processes.</summary>
internal interface IControlSession : IAsyncDisposable
{
    /// <summary>Stores and starts a job; its id is made from the name and is free in the store.</summary>
    /// <returns>The first record.</returns>
    /// <exception cref="EnvironmentFaultException">Device process or storage unavailable.</exception>
    Task<JobRecord> Submit(JobSpec spec, CancellationToken ct);

    /// <summary>Goes on with a stored job that has not ended.</summary>
    /// <exception cref="KeyNotFoundException">No such job is stored.</exception>
    Task<JobRecord> Resume(JobId job, CancellationToken ct);

    /// <summary>A record whenever something changed, at most about four a second; ends after the record of a terminal phase or of a pause.</summary>
    IAsyncEnumerable<JobRecord> Watch(JobId job, CancellationToken ct);

    /// <summary>Interrupts all segments with a checkpoint; returns when they have ended.</summary>
    Task<JobRecord> Pause(JobId job, CancellationToken ct);
}

/// <summary>Opens stores.</summary>
internal interface IControlFactory
{
    /// <exception cref="EnvironmentFaultException">The store or a device process cannot be had.</exception>
    Task<IControlSession> Open(ControlOptions options, CancellationToken ct);
}

/// <summary>What a session is opened with.</summary>
/// <param name="StoreDirectory">Absolute path of the store; created where missing.</param>
/// <param name="Devices">Device processes to start, at least 1.</param>
internal sealed record ControlOptions(string StoreDirectory, int Devices);

/// <summary>Reads a store without a silo.</summary>
internal interface IJobArchive
{
    /// <summary>All jobs of the store, oldest first; empty where there is no store.</summary>
    IReadOnlyList<JobRecord> List(string store);

    /// <summary>One job; null where it is not stored.</summary>
    JobRecord? Find(string store, JobId id);
}

/// <summary>Asks a device process what it can run.</summary>
internal interface ICatalogueSource
{
    /// <summary>Runs the device executable once.</summary>
    /// <param name="workload">A workload to look at, its data made ready; null for the catalogue alone.</param>
    /// <param name="ranks">Ranks between which the links of this machine are to be measured; below 2 for none.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="ct">Ends the device process.</param>
    /// <exception cref="EnvironmentFaultException">The device process or the data set cannot be had.</exception>
    /// <exception cref="ArgumentException">The workload is unknown or refuses an option; the message gives the value and the rule.</exception>
    Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct);
}

/// <summary>What an inspection found; the workload's description has the number of its training examples with the options given, and the links are a group's measurement as JSON where it was asked for.</summary>
internal sealed record Inspection(Catalogue Catalogue, WorkloadDescription? Workload, string? Links = null);

/// <summary>Progress of getting a data set; bytes so far and in all, null where unknown.</summary>
internal sealed record DataProgress(string What, long Bytes, long? Total);

/// <summary>What the machine lacks: data, a device process, a writable store. The message says what to do.</summary>
internal sealed class EnvironmentFaultException(string message, Exception? inner = null) : Exception(message, inner);
