using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Planning;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control;

/// <summary>
/// The place where jobs are, as commands change it and look at what it runs on: a server, or the process that has a store open; or a store
/// that nobody has open, where nobody trains. What is refused is told by a <see cref="CommandFault"/>.
/// </summary>
internal interface IControl : IDisposable
{
    /// <summary>Stores a request. Where nobody trains, only a job's end can be asked for.</summary>
    Task Request(JobRecord job, JobRequest request);

    /// <summary>Puts another target or deadline in force for a job that has not ended.</summary>
    Task Extend(JobRecord job, JobExtension extension);

    /// <summary>Has a job try more candidates.</summary>
    /// <param name="job">Which.</param>
    /// <param name="candidates">The keys of a job file that make candidates.</param>
    Task<AddedCandidates> Add(JobRecord job, JobText candidates);

    /// <summary>Removes a job that has ended or is paused, with its folder.</summary>
    Task Delete(JobRecord job);

    /// <summary>The devices of the pool; where nobody trains, those of this machine.</summary>
    Task<ImmutableArray<PoolDevice>> Devices();

    /// <summary>What is borrowed and asked for; where nobody trains, nothing.</summary>
    Task<BorrowingStatus> Borrowed();

    /// <summary>What jobs ask of the pool.</summary>
    Task<ImmutableArray<QueuedDemand>> Queue();

    /// <summary>The winner of a job as a job file that trains it alone, or as C# that builds its strategy.</summary>
    Task<string> Winner(JobRecord job, bool asCode);

    /// <summary>A page of the audit log.</summary>
    /// <param name="after"><see cref="AuditPage.Next"/> of the page before; 0 for the first.</param>
    /// <param name="size">Most entries of the page.</param>
    Task<AuditPage> Audit(long after, int size);

    /// <summary>The lines of logs that name a job.</summary>
    /// <param name="job">Which.</param>
    /// <param name="follows">True for lines as they come, until the job has ended; where nobody trains none come.</param>
    /// <param name="ct">Ends the wait.</param>
    IAsyncEnumerable<string> Logs(JobRecord job, bool follows, CancellationToken ct);
}

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
/// <param name="Devices">Device processes to start; 0 where the job's runs are trained elsewhere.</param>
/// <param name="Job">
/// A job of the store that is to go on, whose devices may have trained through the end of an earlier process; null for none. Other jobs of
/// the store are left alone.
/// </param>
/// <param name="Checkpoints">Where checkpoints of new jobs go; null for the store's folder.</param>
internal sealed record ControlOptions(string StoreDirectory, int Devices, JobId? Job = null, string? Checkpoints = null)
{
    /// <summary>From whom devices are borrowed; null for nobody.</summary>
    public BorrowingSettings? Borrowing { get; init; }

    /// <summary>How long silence of devices is borne.</summary>
    public LeaseOptions Leases { get; init; } = new();
}

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
