using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Host.Exports.TensorBoard;

/// <summary>What was written.</summary>
/// <param name="Folder">To be given to TensorBoard as its log folder.</param>
/// <param name="Trials">Runs with values in it.</param>
/// <param name="Values">In all of them.</param>
internal sealed record WrittenEvents(string Folder, int Trials, int Values);

/// <summary>
/// Writes the trials of a job as runs of TensorBoard: a folder of the job with a folder for each trial that has measured anything, and one
/// event file in it. Written again, a file grows at its end, so that a TensorBoard that has it open reads on.
/// </summary>
internal static class EventFiles
{
    /// <param name="events">Of the job, from the first one on.</param>
    /// <param name="folder">Where the folder of the job goes.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static WrittenEvents Write(IReadOnlyList<JobEvent> events, string folder)
    {
        var record = JobFold.FromEvents(events) ?? throw new ArgumentException("0 events: at least 1 is needed.", nameof(events));
        var top = Path.Combine(Path.GetFullPath(folder), record.Id.Value);
        // Of a job without values too: that there are none is told better by an empty folder than by a missing one.
        Directory.CreateDirectory(top);
        var (trials, values) = (0, 0);
        foreach (var trial in TrialValues.FromEvents(events).GroupBy(v => v.Trial))
        {
            var run = Directory.CreateDirectory(
                Path.Combine(top, $"{trial.Key}-{MetricName.Clean(record[trial.Key].Candidate.Name)}")).FullName;
            var began = record.StartedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            Write(Path.Combine(run, $"events.out.tfevents.{began}.autoselect"), record.StartedAt, trial);
            trials++;
            values += trial.Count();
        }
        return new WrittenEvents(top, trials, values);
    }

    private static void Write(string path, DateTimeOffset began, IEnumerable<TrialValue> values)
    {
        using var bytes = new MemoryStream();
        var records = new EventRecords(bytes);
        records.Begin(began);
        foreach (var value in values) records.Scalar(value.Time, value.Step, value.Name, value.Value);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        // What is there already begins in the same way, unless somebody else has written it.
        var known = new byte[Math.Min(file.Length, bytes.Length)];
        file.ReadExactly(known);
        var all = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        if (file.Length > bytes.Length || !all.StartsWith(known))
        {
            file.SetLength(0);
            known = [];
        }
        file.Write(all[known.Length..]);
    }
}
