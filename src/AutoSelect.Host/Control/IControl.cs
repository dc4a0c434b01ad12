using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control;

/// <summary>One open store with its control silo and device processes.</summary>
internal interface IControlSession : IAsyncDisposable
{
    /// <summary>Stores and starts a job; the control side gives it its id.</summary>
    /// <exception cref="ArgumentException">The job cannot be run as it is.</exception>
    /// <exception cref="EnvironmentFaultException">Storage unavailable.</exception>
    Task<JobId> Submit(JobSpec spec);

    /// <summary>Stores a request; the job acts on it when it can, and tells of it by its events.</summary>
    /// <exception cref="KeyNotFoundException">No such job is stored, or no such trial in it.</exception>
    /// <exception cref="InvalidOperationException">It cannot be done any more; the message says why.</exception>
    /// <exception cref="EnvironmentFaultException">Storage unavailable.</exception>
    Task Request(JobId job, JobRequest request);

    /// <summary>What has happened and happens in a job, from its first event to its end or to a pause.</summary>
    /// <exception cref="KeyNotFoundException">No such job is stored.</exception>
    /// <exception cref="EnvironmentFaultException">No device comes up, or the store has been unavailable for too long.</exception>
    IAsyncEnumerable<JobUpdate> Follow(JobId job, CancellationToken ct);
}

/// <summary>News of a job.</summary>
/// <param name="Record">The job with the events.</param>
/// <param name="Events">In order; empty where only the notice is new: something that the store could not take in.</param>
internal sealed record JobUpdate(JobRecord Record, IReadOnlyList<JobEvent> Events);

/// <summary>Opens stores.</summary>
internal interface IControlFactory
{
    /// <exception cref="EnvironmentFaultException">The store or a device process cannot be had.</exception>
    Task<IControlSession> Open(ControlOptions options, CancellationToken ct);
}

/// <summary>What a session is opened with.</summary>
/// <param name="StoreDirectory">Absolute path of the store; created where missing.</param>
/// <param name="Devices">Device processes to start, at least 1.</param>
/// <param name="Job">
/// A job of the store that is to go on, whose devices may have trained through the end of an earlier process; null for none. Other jobs of
/// the store are left alone.
/// </param>
internal sealed record ControlOptions(string StoreDirectory, int Devices, JobId? Job = null);

/// <summary>Reads a store without a silo, also one that another process writes.</summary>
internal interface IJobArchive
{
    /// <summary>All jobs of the store, oldest first, without their curves; empty where there is no store.</summary>
    Task<IReadOnlyList<JobSummary>> List(string store);

    /// <summary>A page of those that a query asks for; empty where there is no store.</summary>
    Task<JobPage> Page(string store, JobQuery query);

    /// <summary>One job; null where it is not stored.</summary>
    Task<JobRecord?> Find(string store, JobId id);

    /// <summary>Events of a job from a number on, in order; empty where it is not stored.</summary>
    Task<IReadOnlyList<JobEvent>> Events(string store, JobId id, long since = 0);

    /// <summary>The latest jobs that the next one can learn from, oldest first.</summary>
    Task<IReadOnlyList<JobRecord>> Earlier(string store);
}

/// <summary>What the machine lacks: data, a device process, a writable store. The message says what to do.</summary>
internal sealed class EnvironmentFaultException(string message, Exception? inner = null) : Exception(message, inner);
