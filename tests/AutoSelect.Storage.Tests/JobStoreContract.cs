using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>What every <see cref="IJobStore"/> must do.</summary>
public abstract partial class JobStoreContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Opens the store of the test, empty at first. Called again, it is what another process sees of the same one.</summary>
    protected abstract ValueTask<IJobStore> Open();

    [Fact]
    public async Task An_id_is_the_name_and_a_number()
    {
        var store = await Open();
        JobId[] ids = [await Create(store, "a"), await Create(store, "a"), await Create(store, "b")];
        Assert.Equal(["a-1", "a-2", "b-1"], ids.Select(id => id.Value));
    }

    [Fact]
    public async Task A_name_that_could_be_a_path_is_not_one_in_the_id()
    {
        var store = await Open();
        Assert.Matches("^[a-z0-9-]+$", (await Create(store, "../Etc/Pass wd")).Value);
    }

    [Fact]
    public async Task Jobs_of_one_name_that_are_created_at_once_get_ids_of_their_own()
    {
        IJobStore[] stores = [await Open(), await Open()];
        var ids = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => Create(stores[i % 2], "a"))));
        Assert.Equal(Enumerable.Range(1, 64).Select(n => $"a-{n}").Order(), ids.Select(id => id.Value).Order());
        foreach (var id in ids) Assert.Equal(id, Assert.IsType<JobSubmitted>(Assert.Single(await stores[0].Changes(id, 0)).Change).Job);
    }

    [Fact]
    public async Task A_submission_that_is_repeated_gets_the_same_id_and_stores_nothing()
    {
        IJobStore[] stores = [await Open(), await Open()];
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Create(stores[i % 2], "a", "call-1"))));
        Assert.Single(ids.Distinct());
        Assert.Single((await stores[0].List(new JobQuery())).Jobs);
        Assert.NotEqual(ids[0], await Create(stores[0], "a", "call-2"));
        await stores[0].Delete(ids[0]);
        Assert.Equal(ids[0], await Create(stores[1], "a", "call-1"));
        Assert.Null(await stores[0].Find(ids[0]));
        Assert.NotEqual(ids[0], await Create(stores[0], "a"));
    }

    [Fact]
    public async Task What_the_events_of_a_job_take_grows_with_them()
    {
        var store = await Open();
        Assert.Empty(await store.Sizes());
        JobId[] jobs = [await Create(store, "a"), await Create(store, "b")];
        var before = await store.Sizes();
        Assert.Equal(jobs.OrderBy(j => j.Value), before.Keys.OrderBy(j => j.Value));
        await store.Append(jobs[0], 1, [Samples.Report(2, points: 50)], null);
        var after = await store.Sizes();
        Assert.True(after[jobs[0]] > before[jobs[0]]);
        Assert.Equal(before[jobs[1]], after[jobs[1]]);
        await store.Delete(jobs[0]);
        Assert.Equal([jobs[1]], (await store.Sizes()).Keys);
    }

    [Fact]
    public async Task An_id_is_not_used_again_after_its_job_was_deleted()
    {
        var store = await Open();
        var first = await Create(store, "a");
        Assert.True(await store.Delete(first));
        Assert.False(await store.Delete(first));
        Assert.Equal("a-2", (await Create(await Open(), "a")).Value);
        Assert.Empty(await store.Changes(first, 0));
        Assert.Null(await store.Find(first));
        await Assert.ThrowsAsync<VersionConflictException>(() => store.Append(first, 1, [Samples.Report(2)], null));
        await Assert.ThrowsAsync<VersionConflictException>(() => store.Append(first, 0, [Samples.Report(1)], null));
    }

    [Fact]
    public async Task A_first_event_that_cannot_be_made_stores_nothing()
    {
        var store = await Open();
        var spec = Samples.Spec("a");
        await Assert.ThrowsAsync<NotSupportedException>(() => store.Create(spec, Samples.Start, _ => throw new NotSupportedException()));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.Create(spec, Samples.Start, id => (Samples.Report(2), Samples.Summary(id))));
        Assert.Empty((await store.List(new JobQuery())).Jobs);
    }

    [Fact]
    public async Task What_was_appended_is_read_by_others()
    {
        var store = await Open();
        var job = await Create(store);
        var summary = Samples.Summary(job, JobPhase.Paused) with { Notice = "paused", Winner = "kfac" };
        await store.Append(job, 1, [Samples.Report(2), Samples.Event(3, new JobPaused())], summary);

        var other = await Open();
        Assert.Equal([1, 2, 3], (await other.Changes(job, 0)).Select(e => e.Number));
        Assert.Equal(Samples.Event(3, new JobPaused()), (await other.Changes(job, 2))[0]);
        var found = (await other.Find(job))!;
        Assert.Equal((JobPhase.Paused, "paused", "kfac", summary.UpdatedAt), (found.Phase, found.Notice, found.Winner, found.UpdatedAt));
    }

    [Fact]
    public async Task No_summary_leaves_the_one_before()
    {
        var store = await Open();
        var job = await Create(store);
        await store.Append(job, 1, [Samples.Report(2)], Samples.Summary(job) with { Notice = "here" });
        await store.Append(job, 2, [Samples.Report(3)], null);
        Assert.Equal("here", (await store.Find(job))!.Notice);
    }

    [Fact]
    public async Task Numbers_with_a_gap_are_refused_and_nothing_is_stored()
    {
        var store = await Open();
        var job = await Create(store);
        await Assert.ThrowsAsync<ArgumentException>(() => store.Append(job, 1, [], null));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Append(job, 1, [Samples.Report(3)], null));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Append(job, 1, [Samples.Report(2), Samples.Report(4)], null));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Append(job, 1, [Samples.Report(2), Samples.Report(2)], null));
        Assert.Single(await store.Changes(job, 0));
    }

    [Fact]
    public async Task A_version_that_is_over_is_refused_and_nothing_is_stored()
    {
        var store = await Open();
        var job = await Create(store);
        await store.Append(job, 1, [Samples.Report(2)], null);
        var late = Samples.Summary(job) with { Notice = "late" };
        JobEvent[] two = [Samples.Event(2, new JobPaused()), Samples.Report(3)];
        await Assert.ThrowsAsync<VersionConflictException>(() => store.Append(job, 1, two, late));
        await Assert.ThrowsAsync<VersionConflictException>(() => store.Append(job, 5, [Samples.Report(6)], late));
        await Assert.ThrowsAsync<VersionConflictException>(() => store.Append(new JobId("nobody-1"), 1, [Samples.Report(2)], null));
        Assert.Equal([1, 2], (await store.Changes(job, 0)).Select(e => e.Number));
        Assert.IsType<SegmentReported>((await store.Changes(job, 1))[0].Change);
        Assert.Equal("", (await store.Find(job))!.Notice);
    }

    [Fact]
    public async Task Of_many_writers_of_a_job_exactly_one_gets_each_version()
    {
        IJobStore[] stores = [await Open(), await Open()];
        var job = await Create(stores[0]);
        var won = new int[32];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (var version = 1; version < won.Length; version++)
            {
                // Two events each: half of a pair would be seen as a wrong count or as another writer's.
                JobEvent[] pair = [Said(2 * version, writer), Said(2 * version + 1, writer)];
                try
                {
                    await stores[writer % 2].Append(job, 2 * version - 1, pair, null);
                    Interlocked.Increment(ref won[version]);
                }
                catch (VersionConflictException)
                {
                    // Another one was first.
                }
            }
        })));
        Assert.All(won[1..], count => Assert.Equal(1, count));
        var events = await stores[0].Changes(job, 1);
        Assert.Equal(Enumerable.Range(2, 2 * won.Length - 2).Select(n => (long)n), events.Select(e => e.Number));
        Assert.All(events.Chunk(2), pair => Assert.Equal(pair[0].Change, pair[1].Change));

        static JobEvent Said(long number, int writer) => Samples.Event(number, new DecisionFailed(writer, "", 0));
    }

    [Fact]
    public async Task A_write_that_fails_takes_no_other_with_it()
    {
        var store = await Open();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Create(store)));
        var writes = jobs.Select((job, i) => store.Append(job, i % 3 == 0 ? 9 : 1, [Samples.Report(i % 3 == 0 ? 10 : 2)], null)).ToList();
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            if (i % 3 == 0) await Assert.ThrowsAsync<VersionConflictException>(() => write);
            else await write;
            Assert.Equal(i % 3 == 0 ? 1 : 2, (await store.Changes(jobs[i], 0)).Count);
        }
    }

    private static Task<JobId> Create(
        IJobStore store, string name = "job", string? submission = null, Func<JobSummary, JobSummary>? with = null)
    {
        var spec = Samples.Spec(name);
        return store.Create(spec, Samples.Start, First, submission);

        (JobEvent, JobSummary) First(JobId id)
        {
            var summary = Samples.Summary(id) with { Name = name };
            return (Samples.Submitted(id, spec), with is null ? summary : with(summary));
        }
    }
}
