using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

public abstract partial class JobStoreContract
{
    /// <summary>Far more than a waiting reader may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Changes_are_read_from_any_number_and_in_parts()
    {
        var store = await Open();
        var job = await Create(store);
        await store.Append(job, 1, [.. Enumerable.Range(2, 9).Select(n => Samples.Report(n))], null);
        Assert.Equal([8, 9, 10], (await store.Changes(job, 7)).Select(e => e.Number));
        Assert.Equal([4, 5], (await store.Changes(job, 3, most: 2)).Select(e => e.Number));
        Assert.Empty(await store.Changes(job, 10));
        Assert.Empty(await store.Changes(job, 1000));
        Assert.Empty(await store.Changes(new JobId("nobody-1"), 0));
    }

    [Fact]
    public async Task A_change_of_every_kind_comes_back_as_it_was()
    {
        var kinds = typeof(JobChange).Assembly.GetTypes().Where(t => t.BaseType == typeof(JobChange)).ToHashSet();
        Assert.Equal(kinds, ChangeSamples.All.Select(c => c.GetType()).ToHashSet());
        var store = await Open();
        var job = await Create(store);
        var events = ChangeSamples.All.Select((change, i) => Samples.Event(2 + i, change)).ToList();
        await store.Append(job, 1, events, null);

        var read = await (await Open()).Changes(job, 1);

        for (var i = 0; i < events.Count; i++)
        {
            Assert.Equal((events[i].Number, events[i].Time, events[i].At), (read[i].Number, read[i].Time, read[i].At));
            Assert.IsType(events[i].Change.GetType(), read[i].Change);
            Assert.Equal(Json(events[i].Change), Json(read[i].Change));
        }
    }

    [Fact]
    public async Task Values_that_are_not_finite_survive()
    {
        var store = await Open();
        var job = await Create(store);
        var point = Samples.Point(1) with
        {
            Value = double.NaN,
            TrainingLoss = double.PositiveInfinity,
            AveragedValue = double.NegativeInfinity,
        };
        var report = new SegmentReported(TrialId.At(0), [point], null, null, new SegmentProgress(1));
        await store.Append(job, 1, [Samples.Event(2, report)], null);
        await store.Append(job, 2, [Samples.Report(3) with { At = double.NaN }], Samples.Summary(job) with { ProbeSeconds = double.NaN });
        Assert.Equal(point, Assert.IsType<SegmentReported>((await store.Changes(job, 1))[0].Change).Points[0]);
        Assert.Equal(double.NaN, (await store.Changes(job, 2))[0].At);
        Assert.Equal(double.NaN, (await store.Find(job))!.ProbeSeconds);
    }

    [Fact]
    public async Task A_summary_comes_back_as_it_was()
    {
        var store = await Open();
        var job = await Create(store);
        var outcome = new Outcome { ObjectiveMet = true, Summary = "yes" };
        var summary = JobSummaries.FromRecord(Samples.Record(job), Samples.Start.AddSeconds(90)) with { Outcome = outcome };
        await store.Append(job, 1, [Samples.Report(2)], summary);
        var read = (await (await Open()).Find(job))!;
        Assert.Equal(summary with { Labels = read.Labels }, read);
        Assert.Null(await store.Find(new JobId("nobody-1")));
        Assert.Equal([job], (await store.FindAll([new JobId("nobody-1"), job, new JobId("'; --")])).Keys);
        Assert.Equal(read.Id, (await store.FindAll([job]))[job].Id);
        Assert.Empty(await store.FindAll([]));
    }

    [Fact]
    public async Task Waiting_ends_at_once_when_there_are_events_already()
    {
        var store = await Open();
        var job = await Create(store);
        await store.WaitForChanges(job, 0, Ct).WaitAsync(Patience, Ct);
    }

    [Fact]
    public async Task An_append_wakes_those_who_wait_for_the_job()
    {
        var store = await Open();
        var (job, other) = (await Create(store), await Create(store));
        var waiting = Enumerable.Range(0, 20).Select(_ => Until(store, job, 1)).ToList();
        await store.Append(other, 1, [Samples.Report(2)], null);
        await store.Append(job, 1, [Samples.Report(2)], null);
        await Task.WhenAll(waiting).WaitAsync(Patience, Ct);
    }

    [Fact]
    public async Task An_append_of_another_process_is_noticed()
    {
        var (store, other) = (await Open(), await Open());
        var job = await Create(store);
        var waiting = Until(store, job, 1);
        await other.Append(job, 1, [Samples.Report(2)], null);
        await waiting.WaitAsync(Patience, Ct);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        var store = await Open();
        var job = await Create(store);
        using var cancellation = new CancellationTokenSource();
        var waiting = store.WaitForChanges(job, 1, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Ct));
    }

    [Fact]
    public async Task A_reader_that_follows_a_job_sees_every_event_once_and_in_order()
    {
        var store = await Open();
        var job = await Create(store);
        var reading = Task.Run(async () =>
        {
            var seen = new List<long>();
            while (seen.Count < 200)
            {
                seen.AddRange((await store.Changes(job, seen.Count, most: 7)).Select(e => e.Number));
                if (seen.Count < 200) await store.WaitForChanges(job, seen.Count, Ct);
            }
            return seen;
        }, Ct);
        for (var version = 1; version < 200; version++) await store.Append(job, version, [Samples.Report(version + 1)], null);
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), await reading.WaitAsync(Patience, Ct));
    }

    private static string Json(JobChange change) => JsonSerializer.Serialize(change, RecordJson.Options);

    /// <summary>A hint may come without events.</summary>
    private static async Task Until(IJobStore store, JobId job, long since)
    {
        while ((await store.Changes(job, since)).Count == 0) await store.WaitForChanges(job, since, Ct);
    }
}
