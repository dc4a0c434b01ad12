using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>The pages of campaigns in a real browser, over jobs that carry the labels of campaigns.</summary>
[Collection(BrowserTests.Name)]
public sealed class CampaignTests(Chromium chromium)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Campaigns_are_listed_and_kept_up_to_date()
    {
        await using var served = await ServedPages.Start();
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/campaigns"));
        await tab.UntilText(".blank h2", "No campaign yet");
        await served.Import(JobRecords.Running(), s => s with { Name = "alone" });
        var running = await Campaigns.Add(served, "depths", 1, JobRecords.Running());
        await tab.UntilText(".campaigns th a", "depths");
        await tab.UntilText(".campaigns td", "1 running, 0 ended");
        await served.Tell(running, new JobEnded(JobPhase.Cancelled, new Outcome { ObjectiveMet = false, Summary = "cancelled" }));
        await tab.UntilText(".campaigns td", "0 running, 1 ended");
        Assert.Equal(1, await tab.Get<int>("document.querySelectorAll('.campaigns tbody tr').length"));
        await tab.Click(".campaigns th a");
        await tab.UntilText("h1", "depths");
        Assert.Equal("/campaigns/depths", new Uri(tab.Page.Url).PathAndQuery);
        Assert.Equal("page", await tab.Get<string>("document.querySelector('nav a[href=\"/campaigns\"]').getAttribute('aria-current')"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_campaign_shows_what_was_learned_which_algorithm_wins_where_and_how_the_probe_shrinks()
    {
        await using var served = await ServedPages.Start();
        await Campaigns.Import(served, "widths");
        await using var tab = await Open(served, "widths");
        await tab.UntilText(".state-now", "0 running, 24 ended");
        // Wins by algorithm, and where: K-FAC where networks are wide.
        await tab.UntilText(".where tbody th", "kfac");
        var kfac = await tab.Get<string>("""
            [...document.querySelectorAll(".where tbody tr")].find(r => r.querySelector(".name").textContent === "kfac").textContent
            """);
        Assert.Contains("128-64 (", kfac, StringComparison.Ordinal);
        Assert.Contains("256-128 (7)", kfac, StringComparison.Ordinal);
        // From the middle on the challenger is the baseline of those that learned.
        await tab.UntilText(".promotions li", "Point 13 and later ones have kfac-b512 as their baseline, in place of nadamw-b256.");
        Assert.Equal(1, await tab.Get<int>("document.querySelectorAll('.promotions li').length"));
        // The share of probing falls from third to third.
        var shares = await tab.Get<int[]>(
            "[...document.querySelectorAll('.learning tbody tr')].map(r => parseInt(r.cells[2].textContent))");
        Assert.Equal(3, shares.Length);
        Assert.True(shares[0] > shares[1] && shares[1] > shares[2], string.Join(" > ", shares));
        await SeePlots(tab);
        Assert.Equal(4, await tab.Get<int>("document.querySelectorAll('.campaign-plots canvas').length"));
        // What plots draw is had as data: originals are marked, in order.
        await tab.Click("[aria-labelledby=probes-title] .plot-tools button");
        await tab.See("[aria-labelledby=probes-title] .plot-data td");
        var ran = await tab.Get<string[]>("""
            [...document.querySelectorAll("[aria-labelledby=probes-title] .plot-data tbody tr")].map(r => r.cells[2].textContent)
            """);
        Assert.Equal(Enumerable.Range(1, 24).Select(i => i % 8 == 1 ? "original" : "learned"), ran);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task Points_are_found_ordered_and_linked_and_their_view_is_in_the_address()
    {
        await using var served = await ServedPages.Start();
        await Campaigns.Import(served, "widths", points: 12);
        await using var tab = await Open(served, "widths");
        await tab.Until(Rows(12));
        await tab.Page.TypeAsync(".tools .long", "hidden=128-64 widths");
        await tab.Until(Rows(4));
        Assert.Contains("find=hidden%3D128-64+widths", tab.Page.Url, StringComparison.Ordinal);
        await tab.Click(".points [data-by='space.epochs']");
        await tab.Click(".points [data-by='space.epochs']");
        var epochs = await tab.Get<int[]>("[...document.querySelectorAll('.points tbody tr')].map(r => Number(r.cells[2].textContent))");
        Assert.Equal(epochs.OrderDescending(), epochs);
        await tab.Click(".tools .choice button[value=original]");
        await tab.Until(Rows(1));
        // The same at once for whoever is sent the link.
        await using var other = await chromium.Open();
        await other.GoTo(await served.Link(new Uri(tab.Page.Url).PathAndQuery));
        await other.Until("document.querySelector('.points')");
        Assert.Equal(await Text(tab), await Text(other));
        Assert.Equal("descending", await other.Get<string>("document.querySelector('.points th[aria-sort]').getAttribute('aria-sort')"));
        await other.Click(".points tbody th a");
        await other.See(".race canvas");
        await other.Click(".crumb .label");
        await other.UntilText("h1", "widths");
        Assert.Empty(tab.Complaints);
        Assert.Empty(other.Complaints);

        static string Rows(int count) => $"document.querySelectorAll('.points tbody tr').length === {count}";
        static Task<string> Text(Tab tab) => tab.Get<string>("document.querySelector('.points tbody').textContent");
    }

    [Fact]
    public async Task Points_appear_and_change_as_jobs_do_without_a_record_being_read_anew()
    {
        await using var served = await ServedPages.Start();
        await Campaigns.Import(served, "widths", points: 3);
        await using var tab = await Open(served, "widths");
        await tab.UntilText("#live", "live");
        var asked = tab.Asked.Count;
        var labels = Campaigns.Labels("widths", 4, 4, learns: true);
        var job = await Campaigns.Add(served, "widths", 4, JobRecords.Running(), labels);
        await tab.UntilText(".points th a", "Point 4");
        await tab.UntilText(".points .badge", "racing");
        await Campaigns.Add(served, "other", 1, JobRecords.Running());
        await served.Tell(job, new JobRequested(JobRequest.Pause()), new JobPaused());
        await tab.UntilText(".points .badge", "paused");
        await served.Tell(job, new JobRequested(JobRequest.Cancel()), new JobEnded(
            JobPhase.Cancelled, new Outcome { ObjectiveMet = false, Summary = "cancelled" }));
        await tab.UntilText(".points .badge", "cancelled");
        Assert.Equal(4, await tab.Get<int>("document.querySelectorAll('.points tbody tr').length"));
        Assert.DoesNotContain(tab.Asked.Skip(asked), a => a.Contains("/v1/jobs/", StringComparison.Ordinal));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task Jobs_of_a_campaign_lead_to_it_from_the_list_of_jobs_and_back()
    {
        await using var served = await ServedPages.Start();
        await Campaigns.Import(served, "widths", points: 2);
        await served.Import(JobRecords.Typical(), s => s with { Name = "alone" });
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/jobs"));
        await tab.UntilText(".jobs .label", "widths · Point 2");
        await tab.UntilText(".jobs .label", "hidden=256-128");
        Assert.DoesNotContain("campaign=", await tab.Get<string>("document.querySelector('.jobs').textContent"), StringComparison.Ordinal);
        await tab.Click(".jobs a.label");
        await tab.UntilText("h1", "widths");
        await tab.Click(".job-head a.plain");
        await tab.Until("document.querySelectorAll('.jobs tbody tr').length === 2");
        Assert.Contains("campaign=widths", tab.Page.Url, StringComparison.Ordinal);
        await tab.GoTo(new Uri(served.Address, "/campaigns/none").ToString());
        await tab.UntilText("h1", "There is no such page");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task Markup_in_names_and_values_is_text()
    {
        await using var served = await ServedPages.Start();
        var labels = Campaigns.Labels(Races.Markup, 1, 1, learns: true)
            .SetItem(JobLabels.Space + Races.Markup, Races.Markup).SetItem(JobLabels.Baseline, Races.Markup);
        var record = JobRecords.Typical();
        var winner = record.Trials.Index().First(t => t.Item.Id == record.Commit!.Winner);
        var named = winner.Item with { Candidate = winner.Item.Candidate with { Name = Races.Markup, Strategy = Races.Markup } };
        await Campaigns.Add(served, "hostile", 1, record with { Trials = record.Trials.SetItem(winner.Index, named) }, labels);
        await Campaigns.Add(
            served, "hostile", 2, record, labels.SetItem(JobLabels.Learning, JobLabels.Learned).SetItem(JobLabels.Point, "2")
                .SetItem(JobLabels.Baseline, Races.Markup + "2"));
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/campaigns"));
        await tab.UntilText(".campaigns th a", Races.Markup);
        await tab.Click(".campaigns th a");
        await tab.UntilText("h1", Races.Markup);
        await tab.UntilText(".points td", Races.Markup);
        await tab.UntilText(".where .name", Races.Markup);
        await tab.UntilText(".promotions li", Races.Markup + "2");
        await SeePlots(tab);
        Assert.Equal(0, await tab.Get<int>("document.querySelectorAll('main img, main b b').length"));
        await tab.GoTo(new Uri(served.Address, "/jobs").ToString());
        await tab.UntilText(".label", Races.Markup);
        Assert.Equal(0, await tab.Get<int>("document.querySelectorAll('main img').length"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_campaign_can_be_used_by_keyboard_and_its_plots_are_had_as_files()
    {
        await using var served = await ServedPages.Start();
        await Campaigns.Import(served, "widths", points: 9);
        await using var tab = await Open(served, "widths");
        await SeePlots(tab);
        using var folder = new TemporaryFolder();
        await tab.Page.Client.SendAsync("Page.setDownloadBehavior", new { behavior = "allow", downloadPath = folder.Path });
        // Eight of the sixteen: after ten in a row without anybody's gesture Chromium asks before it takes another.
        foreach (var (section, file, kinds) in ((string, string, string[])[])
        [
            ("best", "best-over-device-time", ["PNG", "CSV"]), ("space", "which-algorithm-won-where", ["SVG", "JSON"]),
            ("wins", "wins-by-algorithm", ["PNG", "CSV"]), ("probes", "the-cost-of-finding-out", ["SVG", "JSON"]),
        ])
        {
            foreach (var kind in kinds)
            {
                await tab.Click($"[aria-labelledby={section}-title] .plot-tools button[aria-label^='Download {kind}']");
                await Tab.UntilDownloaded(folder[$"{file}.{kind.ToLowerInvariant()}"]);
            }
        }
        var table = await File.ReadAllTextAsync(folder["best-over-device-time.csv"], Cancelled);
        Assert.StartsWith("point,job,", table, StringComparison.Ordinal);
        Assert.Contains("kfac", await File.ReadAllTextAsync(folder["which-algorithm-won-where.svg"], Cancelled), StringComparison.Ordinal);
        // By the tabulator to a heading, which stays in focus while rows are ordered anew, and on to a job.
        await tab.Get<int>("(document.querySelector('.points .sort').focus(), 0)");
        await tab.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("descending", await tab.Get<string>("document.activeElement.closest('th').getAttribute('aria-sort')"));
        for (var i = 0; i < 40 && !await tab.Get<bool>("document.activeElement.matches('.points th a')"); i++)
            await tab.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Point 9", await tab.Get<string>("document.activeElement.textContent"));
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.UntilText("h1", "widths-0009-1");
        Assert.Empty(tab.Complaints);
    }

    private async Task<Tab> Open(ServedPages served, string campaign)
    {
        var tab = await chromium.Open();
        await tab.GoTo(await served.Link($"/campaigns/{campaign}"));
        await tab.UntilText("h1", campaign);
        await tab.See(".points tbody tr");
        return tab;
    }

    private static Task SeePlots(Tab tab) => tab.Until("""
        [...document.querySelectorAll('.plots .plot')].every(
          p => (p.scrollIntoView(), p.querySelector('canvas') || !p.querySelector('.empty').hidden))
        """);
}
