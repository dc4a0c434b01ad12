using AutoSelect.Contracts;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// The lines of a folder's logs that name a job. Logs hold lines of all jobs: no line that does not name it is shown.
/// </summary>
/// <param name="folder">Holds *.log; it may be missing.</param>
/// <param name="job">Which.</param>
public sealed class JobLogLines(string folder, JobId job)
{
    private readonly Dictionary<string, LogReader> readers = new(StringComparer.Ordinal);

    /// <summary>Those that were completed since the last call, file by file.</summary>
    public IEnumerable<string> Next()
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal))
        {
            if (!readers.TryGetValue(path, out var reader)) readers.Add(path, reader = new LogReader(path));
            foreach (var line in reader.Next())
                if (Names(line)) yield return line;
        }
    }

    /// <summary>True where the id stands as a whole: digits-1 is not in digits-12.</summary>
    private bool Names(string line)
    {
        for (var at = line.IndexOf(job.Value, StringComparison.Ordinal); at >= 0;
            at = line.IndexOf(job.Value, at + 1, StringComparison.Ordinal))
        {
            var end = at + job.Value.Length;
            if ((at == 0 || !IsOfId(line[at - 1])) && (end == line.Length || !IsOfId(line[end]))) return true;
        }
        return false;
    }

    private static bool IsOfId(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';
}
