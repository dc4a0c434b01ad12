using System.Collections.Immutable;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Checking;

/// <summary>A job as the database has it when all is over.</summary>
/// <param name="Id">Which.</param>
/// <param name="Phase">As lists show it.</param>
/// <param name="Version">Number of the last event, as the job's row has it.</param>
/// <param name="Events">All, by number.</param>
internal sealed record StoredJob(JobId Id, JobPhase Phase, long Version, ImmutableArray<JobEvent> Events)
{
    /// <summary>The submitter's own id that the job was submitted under, from its label; null where it has none.</summary>
    public string? Key => Events is [{ Change: JobSubmitted submitted }, ..]
        ? submitted.Spec.Labels.GetValueOrDefault(Clients.JobDraws.KeyLabel) : null;
}

/// <summary>All that a run is judged by.</summary>
/// <param name="Histories">What clients and devices asked, were told and saw, by time.</param>
/// <param name="Jobs">What the database has at the end.</param>
/// <param name="Submissions">Jobs by the submitters' own ids, as the database has them.</param>
internal sealed record Evidence(
    IReadOnlyList<HistoryEntry> Histories, IReadOnlyList<StoredJob> Jobs, IReadOnlyDictionary<string, JobId> Submissions)
{
    /// <summary>Jobs by id.</summary>
    public IReadOnlyDictionary<JobId, StoredJob> ById { get; } = Jobs.ToDictionary(j => j.Id);

    public IEnumerable<HistoryEntry> Of(string what, EntryKind kind) => Histories.Where(e => e.What == what && e.Kind == kind);

    /// <summary>Answers with what was asked.</summary>
    public IEnumerable<(HistoryEntry Asked, HistoryEntry Answer)> Answered(string what, EntryKind kind)
    {
        var asked = Of(what, EntryKind.Asked).ToLookup(e => (e.Client, e.Operation));
        return Of(what, kind).SelectMany(a => asked[(a.Client, a.Operation)].Take(1).Select(q => (q, a)));
    }
}

/// <summary>Something that must not be.</summary>
/// <param name="Rule">Which rule it breaks.</param>
/// <param name="About">The job, device or client.</param>
/// <param name="Message">What was found.</param>
internal sealed record Violation(string Rule, string About, string Message);
