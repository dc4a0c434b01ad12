using AutoSelect.Contracts;

namespace AutoSelect.Storage.Postgres;

/// <summary>Events that wait to be stored, written as JSON by whoever brings them.</summary>
internal sealed class PendingAppend(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary)
{
    public JobId Job => job;

    /// <summary>Number of the event that the first of them follows.</summary>
    public long ExpectedVersion => expectedVersion;

    public IReadOnlyList<JobEvent> Events => events;

    public IReadOnlyList<string> Changes { get; } = [.. events.Select(e => StoredJson.Write(e.Change))];

    public string? Phase => summary?.Phase.ToString();

    public string? Summary { get; } = summary is null ? null : StoredJson.Write(summary);

    /// <summary>Whether they were stored; false where others had been before.</summary>
    public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
