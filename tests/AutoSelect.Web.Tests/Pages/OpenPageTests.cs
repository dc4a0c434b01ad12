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

    [Fact]
    public async Task A_page_that_could_not_be_read_anew_is_tried_for_again()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await Open(served, $"/jobs/{job}");
        await tab.UntilText("#live", "live");
        var record = await served.Record(job);
        // As often as one reading asks for it, and once more.
        var failed = await tab.Break($"/v1/jobs/{job}/chances", 5);
        await served.Tell(job, new ObjectiveChanged(record.Spec.Objective with { Target = .9876 }));
        await tab.UntilText(".job-head .about", "0.9876");
        Assert.Equal(5, failed());
        await served.Tell(job, Races.Point(record, Races.Training(record), 0.8765));
        await tab.UntilText(".candidates td", "0.8775");
    }

    [Fact]
    public async Task A_job_that_waits_is_among_those_that_run_and_races_once_it_is_admitted()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await served.Tell(job, new JobHeld("2 jobs of 2 run"));
        await using var tab = await Open(served, "/jobs?state=running");
        await tab.UntilText(".jobs .badge", "waiting");
        await tab.GoTo(new Uri(served.Address, $"/jobs/{job}").ToString());
        await tab.UntilText(Badge, "waiting");
        await tab.UntilText(".banner", "2 jobs of 2 run");
        await tab.UntilText("#live", "live");
        await served.Tell(job, new JobAdmitted());
        await tab.UntilText(Badge, "racing");
        await tab.See(".row-acts button");
    }

    [Fact]
    public async Task A_picture_is_whole_while_the_table_is_shown_and_the_colours_have_changed()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await Open(served, $"/jobs/{job}");
        await tab.Click("[aria-label='Table: The race']");
        await tab.See(".race .plot-data");
        await tab.Dark(true);
        await tab.Get<int>("""
            (window.make = URL.createObjectURL.bind(URL),
             URL.createObjectURL = blob => { blob.text().then(text => { window.saved = text; }); return window.make(blob); }, 0)
            """);
        await tab.Click("[aria-label='Download SVG: The race']");
        await tab.Until("window.saved?.includes('<svg')");
        Assert.InRange(await tab.Get<int>("Number(/<rect width=\"(\\d+)\"/.exec(window.saved)[1])"), 200, 2000);
        await tab.See(".race .plot-data");
    }

    [Fact]
    public async Task Who_reads_the_list_by_keyboard_stays_where_they_are_when_jobs_come_and_change()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running(), s => s with { Name = "alpha" });
        await using var tab = await Open(served, "/jobs");
        await tab.UntilText(".jobs th a", "alpha-1");
        const string focused = "document.activeElement.textContent";
        await tab.Get<int>("(document.querySelector('.jobs th a').focus(), 0)");
        await served.Import(JobRecords.NotStarted(), s => s with { Name = "beta" });
        await tab.UntilText(".jobs th a", "beta-1");
        Assert.Equal("alpha-1", await tab.Get<string>(focused));
        await served.Tell(job, new JobRequested(JobRequest.Pause()), new JobPaused());
        await tab.UntilText(".jobs .badge", "paused");
        Assert.Equal("alpha-1", await tab.Get<string>(focused));
    }

    [Fact]
    public async Task A_job_that_ends_leaves_the_list_of_those_that_run()
    {
        await using var served = await ServedPages.Start();
        var first = await served.Import(JobRecords.Running(), s => s with { Name = "alpha" });
        await served.Import(JobRecords.Running(), s => s with { Name = "beta" });
        await using var tab = await Open(served, "/jobs?state=running");
        await tab.Until("document.querySelectorAll('.jobs tbody tr').length === 2");
        await tab.UntilText("#live", "live");
        await served.Tell(first, new JobEnded(JobPhase.Cancelled, new Outcome { ObjectiveMet = false, Summary = "cancelled" }));
        await tab.Until("document.querySelectorAll('.jobs tbody tr').length === 1");
        await tab.UntilText(".jobs th a", "beta-1");
    }

    [Fact]
    public async Task Skipping_to_the_content_leaves_the_page_as_it_is()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await Open(served, $"/jobs/{job}");
        await tab.See(".candidates tbody tr");
        await tab.Get<int>("(document.querySelector('.candidates').stays = 1, document.getElementById('skip').click(), 0)");
        await tab.Until("location.hash === '#main'");
        Assert.Equal(1, await tab.Get<int>("document.querySelector('.candidates')?.stays ?? 0"));
    }

    [Fact]
    public async Task A_key_that_cannot_be_sent_is_not_good_and_one_in_full_width_is_meant_in_half()
    {
        await using var served = await ServedPages.Start();
        await using var tab = await chromium.Open();
        await tab.GoTo(new Uri(served.Address, "/jobs").ToString());
        await tab.See("#key");
        await Enter("鍵");
        await tab.UntilText(".fault", "not good");
        await Enter(string.Concat((await served.Key(KeyRole.Viewer)).Select(c => (char)(c + 0xfee0))));
        await tab.UntilText("h1", "Jobs");

        async Task Enter(string key)
        {
            await tab.Get<int>($"(document.getElementById('key').value = {Tab.Quoted(key)}, 0)");
            await tab.Click(".sign-in .strong");
        }
    }

    private async Task<Tab> Open(ServedPages served, string path)
    {
        var tab = await chromium.Open();
        await tab.GoTo(await served.Link(path));
        await tab.See("h1");
        return tab;
    }
}
