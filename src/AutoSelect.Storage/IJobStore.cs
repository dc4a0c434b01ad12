using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>
/// Keeps the events of jobs. Writing is optimistic: every write names the version that it stands on and fails when another has been stored
/// since, so that two writers of one job can do no harm. Several control silos may share one. All implementations pass one suite of tests.
/// </summary>
public interface IJobStore
{
    /// <summary>
    /// Stores a new job under an id that is free and has never been used: its name and a number. Two calls at once get two ids.
    /// </summary>
    /// <param name="spec">What was submitted.</param>
    /// <param name="time">Now.</param>
    /// <param name="first">Makes the first event and the summary for the id.</param>
    /// <param name="submission">
    /// The submitter's own name for the call, so that one whose answer got lost can be repeated: the same submission gets the same id. Null
    /// for none.
    /// </param>
    /// <exception cref="StoreUnavailableException">Nothing was stored.</exception>
    Task<JobId> Create(
        JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission = null);

    /// <summary>Appends events, all or none; durable when the task completes.</summary>
    /// <param name="job">Whose.</param>
    /// <param name="expectedVersion">Number of the last event known; the first of <paramref name="events"/> has the next.</param>
    /// <param name="events">At least one, numbered without gaps.</param>
    /// <param name="summary">The job as lists show it; null leaves it as it is.</param>
    /// <exception cref="VersionConflictException">Others have been appended since, or the job was deleted; nothing was stored.</exception>
    /// <exception cref="StoreUnavailableException">
    /// Disk full, or the store cannot be reached; nothing was stored. A server that went away with its answer may have stored all of it:
    /// whoever tries again then gets a <see cref="VersionConflictException"/>, and must read.
    /// </exception>
    Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary);

    /// <summary>Events of a job from a number on, in order; empty where there are none (yet), also of a job that is not stored.</summary>
    /// <param name="job">Whose.</param>
    /// <param name="since">Number of the last event known; 0 for all.</param>
    /// <param name="most">Most events to return.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue);

    /// <summary>
    /// Completes when there may be events after a number. A hint: it may come without any, and comes at the latest after a second or two.
    /// </summary>
    Task WaitForChanges(JobId job, long since, CancellationToken ct);

    /// <summary>The summary of a job; null where it is not stored.</summary>
    Task<JobSummary?> Find(JobId job);

    /// <summary>The summaries of several jobs, by one look; those that are not stored are left out.</summary>
    Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs);

    /// <summary>Ids of the jobs in one of <see cref="JobPhases.Running"/>, without a look at their summaries.</summary>
    Task<IReadOnlyList<JobId>> Running();

    /// <summary>Summaries of jobs, without a look at their events.</summary>
    Task<JobPage> List(JobQuery query);

    /// <summary>Bytes that the events of each job take, about.</summary>
    Task<IReadOnlyDictionary<JobId, long>> Sizes();

    /// <summary>Removes a job with all its events; its id is not used again. False when it is not stored.</summary>
    Task<bool> Delete(JobId job);
}

/// <summary>Which jobs to list.</summary>
public sealed record JobQuery
{
    /// <summary>Only jobs in one of these phases; empty for all.</summary>
    public IReadOnlyCollection<JobPhase> Phases { get; init; } = [];

    /// <summary>Only jobs whose id contains it; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>Only jobs of that workload; null for all.</summary>
    public string? Workload { get; init; }

    /// <summary>Only jobs of one of these projects; empty for all.</summary>
    public IReadOnlyCollection<string> Projects { get; init; } = [];

    /// <summary>Only jobs that were submitted by them; null for all.</summary>
    public string? Owner { get; init; }

    /// <summary>Only jobs with these labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Only jobs with a label of this name, whatever its text; null for all.</summary>
    public string? Labelled { get; init; }

    /// <summary>True for only those of whose end somebody is still to be told.</summary>
    public bool AwaitsHook { get; init; }

    public JobOrder By { get; init; }

    /// <summary>True for the newest first, and for the greatest first where jobs are ordered by something else.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>Most jobs of a page, at least 1.</summary>
    public int Size { get; init; } = int.MaxValue;

    /// <summary>Where the page before ended; null for the first.</summary>
    public string? After { get; init; }
}

/// <summary>A part of a list of jobs.</summary>
/// <param name="Jobs">In order.</param>
/// <param name="Next">To be given as <see cref="JobQuery.After"/> for the page that follows; null for the last.</param>
public sealed record JobPage(IReadOnlyList<JobSummary> Jobs, string? Next);
