using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

public sealed class JobHistoryTests
{
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
        var path = JobHistory.Write(folder.Path, [SampleJob.Completed, JobRecords.Running()])!;
        var written = File.GetLastWriteTimeUtc(path);

        Assert.Equal(RecordedCurves.Export(SampleJob.Completed).Select(c => c.Candidate), RecordedCurves.Read(path).Select(c => c.Candidate));
        Assert.Equal(path, JobHistory.Write(folder.Path, [SampleJob.Completed]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void A_store_that_cannot_be_written_is_an_error_that_names_the_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["histories"], "in the way");
        var fault = Assert.Throws<EnvironmentFaultException>(() => JobHistory.Write(folder.Path, [SampleJob.Completed]));
        Assert.Contains(folder["histories"], fault.Message);
    }
}
