using AutoSelect.Host.Tests.Api;

namespace AutoSelect.Host.Tests;

/// <summary>The working folder is the whole process's: no other test starts a program meanwhile, or reads a relative path.</summary>
[Collection("WorkingFolder")]
[CollectionDefinition("WorkingFolder", DisableParallelization = true)]
public sealed class ServerReportTests
{
    [Fact]
    public async Task A_report_of_a_servers_job_is_written_here()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        using var run = await ServerCommandTests.Against(job);
        var before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(run.Folder.Path);
            Assert.Equal(0, await run.Run("report", "toy-1"));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
        Assert.True(File.Exists(run.Folder["toy-1/report.html"]));
    }
}
