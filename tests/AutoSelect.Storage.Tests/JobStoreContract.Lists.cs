using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

public abstract partial class JobStoreContract
{
    [Fact]
    public async Task Jobs_are_listed_in_the_order_of_submission()
    {
        var store = await Open();
        foreach (var (name, second) in ((string, int)[])[("a", 3), ("b", 1), ("c", 2), ("d", 1)]) await Add(name, second);
        Assert.Equal(["b-1", "d-1", "c-1", "a-1"], await Ids(store, new JobQuery()));
        Assert.Equal(["a-1", "c-1", "d-1", "b-1"], await Ids(store, new JobQuery { NewestFirst = true }));

        Task<JobId> Add(string name, int second) => Create(store, name, with: s => After(second, s));
    }

    [Fact]
    public async Task Jobs_are_listed_in_any_order_a_page_at_a_time_and_what_is_not_known_comes_last()
    {
        var store = await Open();
        await Create(store, "a", with: s => s with { ChargedSeconds = 30, Owner = "bob", Expected = Saves(5), Phase = JobPhase.Paused });
        await Create(store, "b", with: s => s with { ChargedSeconds = 100, Owner = "ann", Expected = Saves(-2) });
        await Create(store, "c", with: s => s with { ChargedSeconds = 4, Owner = "chen", Project = "vision" });
        await Create(store, "d", with: s => s with { ChargedSeconds = 50, Owner = "ann", Expected = Saves(double.PositiveInfinity) });
        Assert.Equal(["c-1", "a-1", "d-1", "b-1"], await Ids(store, new JobQuery { By = JobOrder.DeviceTime }));
        Assert.Equal(["b-1", "d-1", "a-1", "c-1"], await Ids(store, new JobQuery { By = JobOrder.DeviceTime, NewestFirst = true }));
        Assert.Equal(["b-1", "d-1", "a-1", "c-1"], await Ids(store, new JobQuery { By = JobOrder.Owner }));
        Assert.Equal(["d-1", "c-1", "b-1", "a-1"], await Ids(store, new JobQuery { By = JobOrder.Name, NewestFirst = true }));
        Assert.Equal(["a-1", "b-1", "c-1", "d-1"], await Ids(store, new JobQuery { By = JobOrder.State }));
        Assert.Equal("c-1", (await Ids(store, new JobQuery { By = JobOrder.Project })).Last());
        Assert.Equal(["b-1", "a-1", "d-1", "c-1"], await Ids(store, new JobQuery { By = JobOrder.Saved }));
        Assert.Equal(["d-1", "a-1", "b-1", "c-1"], await Ids(store, new JobQuery { By = JobOrder.Saved, NewestFirst = true }));
        Assert.Equal(["b-1", "a-1", "d-1", "c-1"], await Ids(store, new JobQuery { By = JobOrder.Finish }));
        var first = await store.List(new JobQuery { By = JobOrder.DeviceTime, Size = 3 });
        var rest = await store.List(new JobQuery { By = JobOrder.DeviceTime, Size = 3, After = first.Next });
        Assert.Equal(("b-1", null), (Assert.Single(rest.Jobs).Id.Value, rest.Next));
        await Assert.ThrowsAsync<ArgumentException>(() => store.List(new JobQuery { After = first.Next }));

        static ExpectedOutcome Saves(double seconds)
        {
            var all = new Quantiles { P05 = seconds, P25 = seconds, P50 = seconds, P75 = seconds, P95 = seconds };
            return new ExpectedOutcome(all, all, "s");
        }
    }

    [Fact]
    public async Task Running_jobs_are_those_that_may_train_without_anybodys_doing()
    {
        var store = await Open();
        Assert.Empty(await store.Running());
        foreach (var phase in Enum.GetValues<JobPhase>()) await Create(store, $"{phase}", with: s => s with { Phase = phase });
        var expected = Enum.GetValues<JobPhase>().Where(p => p.IsRunning()).Select(p => $"{p}-1".ToLowerInvariant()).Order();
        Assert.Equal(expected, (await store.Running()).Select(j => j.Value).Order());
    }

    [Fact]
    public async Task Jobs_are_filtered()
    {
        var store = await Open();
        await Create(store, "alpha", with: s => s with { Phase = JobPhase.Completed, Workload = "mnist" });
        await Create(store, "beta", with: s => s with { Labels = Labels(("team", "vision"), ("odd \"key\".$", "a'b")) });
        await Create(store, "alphabet", with: s => s with { Phase = JobPhase.Failed, Labels = Labels(("team", "speech")) });
        Assert.Equal(["alpha-1"], await Ids(store, new JobQuery { Phases = [JobPhase.Completed] }));
        Assert.Equal(["alpha-1", "alphabet-1"], await Ids(store, new JobQuery { Phases = [JobPhase.Completed, JobPhase.Failed] }));
        Assert.Equal(["alpha-1", "alphabet-1"], await Ids(store, new JobQuery { Text = "alpha" }));
        Assert.Equal(["alphabet-1", "beta-1"], await Ids(store, new JobQuery { Text = "bet" }));
        Assert.Empty(await Ids(store, new JobQuery { Text = "%" }));
        Assert.Equal(["alpha-1"], await Ids(store, new JobQuery { Workload = "mnist" }));
        Assert.Equal(["beta-1"], await Ids(store, new JobQuery { Labels = Labels(("team", "vision")) }));
        Assert.Equal(["beta-1"], await Ids(store, new JobQuery { Labels = Labels(("team", "vision"), ("odd \"key\".$", "a'b")) }));
        Assert.Empty(await Ids(store, new JobQuery { Labels = Labels(("team", "vision"), ("other", "x")) }));
        Assert.Equal(["alphabet-1", "beta-1"], await Ids(store, new JobQuery { Labelled = "team" }));
        Assert.Equal(["beta-1"], await Ids(store, new JobQuery { Labelled = "odd \"key\".$" }));
        Assert.Equal(["beta-1"], await Ids(store, new JobQuery { Labelled = "team", Text = "a-1" }));
        Assert.Empty(await Ids(store, new JobQuery { Labelled = "tea" }));
        var all = new JobQuery { Phases = [JobPhase.Failed], Text = "alpha", Labels = Labels(("team", "speech")), Workload = "spiral" };
        Assert.Equal(["alphabet-1"], await Ids(store, all));
        Assert.Empty(await Ids(store, new JobQuery { Phases = [JobPhase.Failed], Workload = "mnist" }));
    }

    [Fact]
    public async Task Jobs_are_filtered_by_project_and_owner()
    {
        var store = await Open();
        await Create(store, "a", with: s => s with { Project = "vision", Owner = "ann" });
        await Create(store, "b", with: s => s with { Project = "speech", Owner = "ann" });
        await Create(store, "c");
        Assert.Equal(["a-1"], await Ids(store, new JobQuery { Projects = ["vision"] }));
        Assert.Equal(["a-1", "c-1"], await Ids(store, new JobQuery { Projects = ["vision", JobSpec.DefaultProject] }));
        Assert.Equal(["a-1", "b-1"], await Ids(store, new JobQuery { Owner = "ann" }));
        Assert.Equal(["b-1"], await Ids(store, new JobQuery { Owner = "ann", Projects = ["speech"] }));
        Assert.Empty(await Ids(store, new JobQuery { Projects = ["visio"] }));
        Assert.Empty(await Ids(store, new JobQuery { Projects = ["vision"], Owner = "" }));
    }

    [Fact]
    public async Task Jobs_of_whose_end_somebody_is_still_to_be_told_are_found()
    {
        var store = await Open();
        await Create(store, "a");
        var job = await Create(store, "b", with: s => s with { AwaitsHook = true });
        Assert.Equal(["b-1"], await Ids(store, new JobQuery { AwaitsHook = true }));
        await store.Append(job, 1, [Samples.Event(2, new HookTold(HookState.Delivered, 1))], Samples.Summary(job, JobPhase.Completed));
        Assert.Empty(await Ids(store, new JobQuery { AwaitsHook = true }));
    }

    [Fact]
    public async Task A_job_moves_between_lists_with_its_summary()
    {
        var store = await Open();
        var job = await Create(store);
        await store.Append(job, 1, [Samples.Event(2, new JobPaused())], Samples.Summary(job, JobPhase.Paused));
        Assert.Empty(await Ids(store, new JobQuery { Phases = [JobPhase.Probing] }));
        Assert.Equal([job.Value], await Ids(store, new JobQuery { Phases = [JobPhase.Paused] }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_show_every_job_once_while_others_are_submitted(bool newestFirst)
    {
        var (store, other) = (await Open(), await Open());
        var before = new List<string>();
        // Several of one second, so that the id must decide.
        for (var i = 0; i < 40; i++) before.Add((await Create(store, "old", with: s => After(i / 5, s))).Value);
        var submitting = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++) await Create(other, "new", with: s => After(100 + i / 5, s));
        }, Ct);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await store.List(new JobQuery { Size = 7, After = after, NewestFirst = newestFirst });
            Assert.InRange(page.Jobs.Count, page.Next is null ? 0 : 7, 7);
            seen.AddRange(page.Jobs.Select(j => j.Id.Value));
            after = page.Next;
        }
        while (after is not null);
        await submitting;
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Subset(seen.ToHashSet(), before.ToHashSet());
    }

    [Fact]
    public async Task The_last_page_says_so()
    {
        var store = await Open();
        for (var i = 0; i < 4; i++) await Create(store);
        var first = await store.List(new JobQuery { Size = 2 });
        var second = await store.List(new JobQuery { Size = 2, After = first.Next });
        Assert.NotNull(first.Next);
        Assert.Null(second.Next);
        Assert.Equal(4, first.Jobs.Concat(second.Jobs).Select(j => j.Id).Distinct().Count());
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.List(new JobQuery { Size = 0 }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.List(new JobQuery { After = "'; DROP TABLE jobs" }));
    }

    /// <summary>Jobs of one time are in the order of their ids.</summary>
    private static async Task<IEnumerable<string>> Ids(IJobStore store, JobQuery query) =>
        (await store.List(query)).Jobs.Select(j => j.Id.Value);

    private static JobSummary After(int seconds, JobSummary summary) => summary with { SubmittedAt = Samples.Start.AddSeconds(seconds) };

    private static ImmutableSortedDictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToImmutableSortedDictionary(l => l.Key, l => l.Value);
}
