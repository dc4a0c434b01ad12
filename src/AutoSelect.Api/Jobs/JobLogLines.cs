using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// The lines of a folder's logs that are about a job. Logs hold lines of all jobs: only those are shown that begin with it, after time,
/// level and source. Others may name a device that is called as the job is, or what somebody has written of it.
/// </summary>
/// <param name="folder">Holds *.log; it may be missing.</param>
/// <param name="job">Which.</param>
public sealed class JobLogLines(string folder, JobId job)
{
    private readonly Dictionary<string, LogReader> readers = new(StringComparer.Ordinal);

    /// <summary>As silos begin a line, and as devices do; the id as a whole: digits-1 is not in digits-12.</summary>
    private readonly Regex beginning = new(
        $@"\A(?:\d{{4}}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{{3}} \S+ \S+ Job {Regex.Escape(job.Value)}(?![A-Za-z0-9-])",
        RegexOptions.CultureInvariant);

    /// <summary>Those that were completed since the last call, file by file.</summary>
    public IEnumerable<string> Next()
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal))
        {
            if (!readers.TryGetValue(path, out var reader)) readers.Add(path, reader = new LogReader(path));
            foreach (var line in reader.Next())
                if (beginning.IsMatch(line)) yield return line;
        }
    }
}
