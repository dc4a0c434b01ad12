using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Host.Commands;

/// <summary>What finished jobs of a store teach the next one about learning curves.</summary>
internal static class JobHistory
{
    /// <summary>Most jobs a recording holds; the latest ones are taken.</summary>
    private const int MostJobs = 50;

    /// <summary>Writes the curves of the store's finished jobs beside it, once for the same jobs, and names the file; null when there are none.</summary>
    /// <exception cref="EnvironmentFaultException">The store cannot be written.</exception>
    public static string? Write(string store, IEnumerable<JobRecord> jobs)
    {
        var finished = Finished(jobs);
        if (finished.Length == 0) return null;
        var folder = new ControlPaths(store).Histories;
        // A finished job does not change, so the first and last of them and their number name what the recording holds.
        var path = Path.Combine(folder, $"{finished[0].Id}..{finished[^1].Id}-{finished.Length}.jsonl.gz");
        if (File.Exists(path)) return path;
        try
        {
            Directory.CreateDirectory(folder);
            // The ending says how it is written, so it stays.
            var unfinished = Path.Combine(folder, $"unfinished-{Guid.NewGuid():N}.jsonl.gz");
            RecordedCurves.Write(unfinished, Curves(finished));
            File.Move(unfinished, path, overwrite: true);
            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentFaultException($"{path}: {fault.Message}");
        }
    }

    /// <summary>The same curves without a file, for a job that is only looked at.</summary>
    public static SelectionHistory Read(IEnumerable<JobRecord> jobs) => SelectionHistory.FromCurves(Curves(Finished(jobs)));

    private static JobRecord[] Finished(IEnumerable<JobRecord> jobs) => [.. jobs.Where(j => j.Phase == JobPhase.Completed).TakeLast(MostJobs)];

    private static IEnumerable<RecordedCurve> Curves(JobRecord[] finished) => finished.SelectMany(j => RecordedCurves.Export(j));
}
