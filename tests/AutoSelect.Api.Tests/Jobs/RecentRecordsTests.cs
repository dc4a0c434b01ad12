using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Api.Tests.Jobs;

/// <summary>What is read of the store for records that are asked for again and again.</summary>
public sealed class RecentRecordsTests
{
    [Fact]
    public async Task Many_jobs_that_are_asked_for_in_turn_are_read_whole_once_each()
    {
        await using var served = await Served.Start();
        var jobs = new List<JobId>();
        for (var i = 0; i < 40; i++) jobs.Add(await served.Add());
        var reads = new NotedReads(served.Jobs);
        using var records = new RecentRecords(reads);
        for (var round = 0; round < 3; round++)
            foreach (var job in jobs) Assert.Equal(job, (await records.Find(job))!.Id);
        Assert.Equal(40, reads.Whole);
        Assert.Equal(120, reads.All);
    }

    [Fact]
    public async Task What_does_not_fit_goes_those_first_that_were_asked_for_least_lately()
    {
        await using var served = await Served.Start();
        var (one, two, three) = (await served.Add(), await served.Add(), await served.Add());
        var size = RecordSize.Bytes(await served.Record(one));
        var reads = new NotedReads(served.Jobs);
        using var records = new RecentRecords(reads, most: 2 * size);
        foreach (var job in (JobId[])[one, two, one, three, one]) await records.Find(job);
        Assert.Equal(3, reads.Whole);
        await records.Find(two);
        Assert.Equal(4, reads.Whole);
    }

    [Fact]
    public async Task A_record_goes_on_with_its_job_and_an_ended_one_is_not_looked_at_again()
    {
        await using var served = await Served.Start();
        var job = await served.Add(points: 3);
        var reads = new NotedReads(served.Jobs);
        using var records = new RecentRecords(reads);
        Assert.Equal(JobPhase.Probing, (await records.Find((await served.Jobs.Find(job))!))!.Phase);
        await served.End(job);
        var ended = (await served.Jobs.Find(job))!;
        Assert.Equal(JobPhase.Completed, (await records.Find(ended))!.Phase);
        await records.Find(ended);
        Assert.Equal((1, 2), (reads.Whole, reads.All));
        Assert.Null(await records.Find(new JobId("none-1")));
    }

    [Fact]
    public async Task However_many_ask_at_once_a_job_is_read_once()
    {
        await using var served = await Served.Start();
        var job = await served.Add();
        var reads = new NotedReads(served.Jobs);
        using var records = new RecentRecords(reads);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => records.Find(job)));
        Assert.InRange(reads.Whole, 1, 2);
    }

    /// <summary>Counts what is read of events.</summary>
    private sealed class NotedReads(IJobStore inner) : IJobStore
    {
        private int whole;
        private int all;

        public int Whole => whole;
        public int All => all;

        public async Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue)
        {
            Interlocked.Increment(ref all);
            var events = await inner.Changes(job, since, most);
            if (since == 0 && events.Count > 0) Interlocked.Increment(ref whole);
            return events;
        }

        public Task<JobId> Create(
            JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission = null) =>
            throw new NotSupportedException();

        public Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary) =>
            throw new NotSupportedException();

        public Task WaitForChanges(JobId job, long since, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobSummary?> Find(JobId job) => inner.Find(job);

        public Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs) => inner.FindAll(jobs);

        public Task<JobPage> List(JobQuery query) => inner.List(query);

        public Task<IReadOnlyList<JobId>> Running() => inner.Running();

        public Task<IReadOnlyDictionary<JobId, long>> Sizes() => throw new NotSupportedException();

        public Task<bool> Delete(JobId job) => throw new NotSupportedException();
    }
}
