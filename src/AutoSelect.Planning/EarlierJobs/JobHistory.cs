using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Planning.EarlierJobs;

/// <summary>What finished jobs teach the next one about learning curves.</summary>
public static class JobHistory
{
    /// <summary>Most jobs a recording holds; the latest ones are taken.</summary>
    private const int MostJobs = 50;

    /// <summary>A recording of the curves of finished jobs, the same bytes for the same jobs; null when none has finished.</summary>
    /// <param name="jobs">Oldest first.</param>
    public static JobRecording? Record(IEnumerable<JobRecord> jobs)
    {
        var finished = Finished(jobs);
        return finished.Length == 0 ? null : new JobRecording(RecordedCurves.Pack(Curves(finished)));
    }

    /// <summary>The same curves without a recording, for a job that is only looked at.</summary>
    public static SelectionHistory Read(IEnumerable<JobRecord> jobs) => SelectionHistory.FromCurves(Curves(Finished(jobs)));

    private static JobRecord[] Finished(IEnumerable<JobRecord> jobs) =>
        [.. jobs.Where(j => j.Phase == JobPhase.Completed).TakeLast(MostJobs)];

    private static IEnumerable<RecordedCurve> Curves(JobRecord[] finished) => finished.SelectMany(j => RecordedCurves.Export(j));
}
