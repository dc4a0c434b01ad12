using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>What changes while a page is open, as a real browser shows it.</summary>
[Collection(BrowserTests.Name)]
public sealed class OpenPageTests(Chromium chromium)
{
    private const string Badge = ".state-now .badge";

    [Fact]
    public async Task A_job_that_was_removed_is_told_to_be_gone()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await Open(served, $"/jobs/{job}");
        await tab.UntilText("#live", "live");
        await served.Jobs.Delete(job);
        await tab.UntilText(".blank h1", "There is no such page");
    }

    [Fact]
    public async Task Candidates_that_join_and_another_target_appear_on_a_page_that_is_open()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await Open(served, $"/jobs/{job}");
        var record = await served.Record(job);
        var joins = record.Trials[0].Candidate with { Name = "late-comer", Strategy = "own.Late" };
        await served.Tell(job, new CandidatesAdded(new CandidateAddition { Candidates = [joins] }));
        await tab.UntilText(".job-head .about", $"{record.Trials.Length + 1} candidates");
        await tab.UntilText(".candidates .name", "late-comer");
        await served.Tell(job, new ObjectiveChanged(record.Spec.Objective with { Target = .9876 }));
        await tab.UntilText(".job-head .about", "0.9876");
    }

    private async Task<Tab> Open(ServedPages served, string path)
    {
        var tab = await chromium.Open();
        await tab.GoTo(await served.Link(path));
        await tab.See("h1");
        return tab;
    }
}
