using AutoSelect.Contracts;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Selection;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests.EarlierJobs;

public sealed class JobHistoryTests
{
    private static readonly JobRecord Finished = JobRecords.SingleCandidate();

    [Fact]
    public void A_store_without_finished_jobs_teaches_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(JobHistory.Write(folder.Path, [JobRecords.Running()]));
    }

    [Fact]
    public void The_curves_of_finished_jobs_are_written_once_and_read_back()
    {
        using var folder = new TemporaryFolder();
        var path = JobHistory.Write(folder.Path, [Finished, JobRecords.Running()])!;
        var written = File.GetLastWriteTimeUtc(path);

        Assert.Equal(RecordedCurves.Export(Finished).Select(c => c.Candidate), RecordedCurves.Read(path).Select(c => c.Candidate));
        Assert.Equal(path, JobHistory.Write(folder.Path, [Finished]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }
}
