using AutoSelect.Contracts;
using AutoSelect.Planning.EarlierJobs;

namespace AutoSelect.Host.Reports;

/// <summary>The report of a job: one HTML file that needs no network and no other file.</summary>
internal static class HtmlReport
{
    /// <summary>The page for a job in any phase; it says so where the job has not ended.</summary>
    /// <param name="record">The job.</param>
    /// <param name="standing">On which earlier runs its choices stand; null where that is not known.</param>
    public static string Render(JobRecord record, JobStanding? standing = null) => ReportPage.Render(record, standing);

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="IOException">The folder cannot be written; a page that was there is intact.</exception>
    public static void Write(JobRecord record, string path, JobStanding? standing = null) => Write(Render(record, standing), path);

    /// <summary>Writes any page so.</summary>
    public static void Write(string page, string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var draft = full + "." + Guid.NewGuid().ToString("N")[..8] + ".tmp";
        try
        {
            using (var stream = new FileStream(draft, FileMode.CreateNew))
            {
                using (var writer = new StreamWriter(stream, leaveOpen: true)) writer.Write(page);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, full, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
