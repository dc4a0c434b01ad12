using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports;

namespace AutoSelect.Host.Commands;

/// <summary>The files of a job that people read.</summary>
internal static class JobFolder
{
    /// <summary>Writes report.html and record.json into the job's folder.</summary>
    /// <param name="record">The job.</param>
    /// <param name="store">That it is in, with what it learned from.</param>
    /// <returns>Path of the report.</returns>
    public static string WriteDocuments(JobRecord record, string store)
    {
        Directory.CreateDirectory(record.Folder);
        File.WriteAllText(Path.Combine(record.Folder, "record.json"), JsonSerializer.Serialize(record, RecordJson.Indented));
        var report = Path.Combine(record.Folder, "report.html");
        HtmlReport.Write(record, report, EarlierRuns.Standing(store, record.Spec));
        return report;
    }
}
