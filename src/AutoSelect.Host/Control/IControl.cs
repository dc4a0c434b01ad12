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

/// <summary>What the machine lacks: data, a device process, a writable store. The message says what to do.</summary>
internal sealed class EnvironmentFaultException(string message, Exception? inner = null) : Exception(message, inner);
