using AutoSelect.Contracts;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Host.Control;

/// <summary>
/// What a new job of a store learns from: its earlier jobs, recordings taken into it, and the prior that comes with AutoSelect.
/// </summary>
/// <param name="paths">Of the store.</param>
/// <param name="withPrior">False to learn from the store alone.</param>
internal sealed class LearningSources(ControlPaths paths, bool withPrior)
{
    /// <summary>Keeps the recordings in the store and names them, for <see cref="JobSpec.History"/>; null where there are none.</summary>
    /// <param name="earlier">Jobs of the store, oldest first.</param>
    /// <exception cref="EnvironmentFaultException">The store cannot be written.</exception>
    public string? Keep(IReadOnlyCollection<JobRecord> earlier)
    {
        var recordings = Recordings(earlier).ToList();
        try
        {
            var histories = new Histories(paths.Histories);
            var hashes = recordings.Select(r => histories.Put(r.Span)).ToList();
            return hashes.Count == 0 ? null : Histories.Join(hashes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFaultException(
                $"The store {paths.Root} cannot be written: {e.Message} Give a writable folder with --store.", e);
        }
    }

    /// <summary>The same without keeping anything, for a job that is only looked at.</summary>
    public SelectionHistory Read(IReadOnlyCollection<JobRecord> earlier) => SelectionHistory.Joined(
    [
        JobHistory.Read(earlier),
        .. new ImportedRecordings(paths.Curves).All().Select(bytes => SelectionHistory.FromCurves(
            RecordedCurves.Read(new MemoryStream(bytes), paths.Curves + ".gz"))),
        .. withPrior ? (SelectionHistory[])[ShippedPrior.History] : [],
    ]);

    private IEnumerable<ReadOnlyMemory<byte>> Recordings(IReadOnlyCollection<JobRecord> earlier)
    {
        if (JobHistory.Record(earlier) is { } recording) yield return recording.Bytes;
        foreach (var taken in new ImportedRecordings(paths.Curves).All()) yield return taken;
        if (withPrior) yield return ShippedPrior.Bytes;
    }
}
