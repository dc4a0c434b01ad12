using AutoSelect.Contracts;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Selection.History;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests.EarlierJobs;

public sealed class JobHistoryTests
{
    private static readonly JobRecord Finished = JobRecords.SingleCandidate();

    [Fact]
    public void Jobs_that_have_not_finished_teach_nothing() => Assert.Null(JobHistory.Record([JobRecords.Running()]));

    [Fact]
    public void The_same_finished_jobs_give_the_same_recording()
    {
        var (one, again) = (JobHistory.Record([Finished, JobRecords.Running()])!, JobHistory.Record([JobRecords.SingleCandidate()])!);
        Assert.Equal(one.Bytes.ToArray(), again.Bytes.ToArray());
        Assert.Equal(one.Sha256, again.Sha256);
        Assert.NotEqual(one.Sha256, JobHistory.Record([Finished, JobRecords.Typical()])!.Sha256);
    }

    [Fact]
    public void What_was_recorded_is_what_a_job_learns_from()
    {
        using var folder = new TemporaryFolder();
        var recording = JobHistory.Record([Finished])!;
        var histories = new Histories(folder.Path);
        Assert.Equal(recording.Sha256, histories.Put(recording.Bytes.Span));
        Assert.Equal(JobHistory.Read([Finished]).Curves.Select(c => (c.Candidate, c.Values[^1])),
            histories.Read(recording.Sha256).Curves.Select(c => (c.Candidate, c.Values[^1])));
    }
}
