using System.Net;
using System.Net.Http.Headers;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;

namespace AutoSelect.Host.Tests.Api;

/// <summary>The API of a process that has a store open.</summary>
public sealed class OwnerApiTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_owner_can_read_where_it_listens_and_nobody_when_it_ends()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(job.Paths.Api));
        Assert.Equal(Environment.ProcessId, ApiFile.Read(job.Paths.Api)!.Process);
        Assert.False(File.Exists(job.Paths.Api + ".new"));
        await job.StopServing();
        Assert.False(File.Exists(job.Paths.Api));
    }

    [Fact]
    public async Task Who_does_not_know_the_token_is_not_let_in()
    {
        await using var job = await StoredJob.Create(SampleJob.Started);
        await job.Serve();
        var file = ApiFile.Read(job.Paths.Api)!;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{file.Port}") };
        (string, HttpStatusCode)[] answers = [(file.Token, HttpStatusCode.OK), (file.Token[1..], HttpStatusCode.Unauthorized)];
        foreach (var (token, status) in answers)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.GetAsync("v1/jobs", Cancelled);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_job_that_has_ended_is_removed_with_its_folder()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        await job.Serve();
        using var client = await RunningProcess.Connect(job.Paths.Root);
        await client!.DeleteJob(job.Id, Cancelled);
        Assert.Null(await job.Jobs.Find(job.Id));
        Assert.False(Directory.Exists(Path.Combine(job.Paths.Jobs, job.Id.Value)));
    }

    private const string Next = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    [Fact]
    public async Task A_job_that_is_submitted_learns_from_those_of_the_store()
    {
        await using var job = await StoredJob.Create(SampleJob.Completed);
        await job.Serve();
        using var client = await RunningProcess.Connect(job.Paths.Root);
        var submitted = await client!.SubmitJob(new Submission(Next), Cancelled);
        Assert.Equal(new JobId("job-1"), submitted.Job);
        var spec = (await client.DescribeJob(submitted.Job, Cancelled)).Spec;
        Assert.Equal(2, spec.StepTimes.Count);
        Assert.True(File.Exists(Path.Combine(job.Paths.Histories, spec.History!.Split('+')[0] + ".jsonl.gz")));
        Assert.Equal((Environment.UserName, JobSpec.DefaultProject), (spec.Owner, spec.Project));
    }

    [Theory]
    [InlineData("vision", true)]
    [InlineData("speech", false)]
    public async Task A_job_learns_from_the_jobs_of_its_own_project_alone(string project, bool learns)
    {
        await using var earlier = await StoredJob.Create(SampleJob.Completed, spec => spec with { Project = "vision" });
        await earlier.Serve();
        using var client = await RunningProcess.Connect(earlier.Paths.Root);

        var submitted = await client!.SubmitJob(new Submission(Next) { Project = project }, Cancelled);

        var spec = (await client.DescribeJob(submitted.Job, Cancelled)).Spec;
        // The prior that comes with AutoSelect teaches everybody.
        Assert.Equal(learns ? 2 : 1, spec.History!.Split('+').Length);
    }
}
