using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>The dashboard in a real browser, over a real server and store, from signing in to signing out.</summary>
[Collection(BrowserTests.Name)]
public sealed class DashboardTests(Chromium chromium)
{
    private const string Badge = ".state-now .badge";

    [Fact]
    public async Task A_link_signs_in_once_leaves_no_trace_and_signing_out_ends_it()
    {
        await using var served = await ServedPages.Start();
        await using var tab = await chromium.Open();
        var link = await served.Link("/jobs");
        await tab.GoTo(link);
        await tab.UntilText("h1", "Jobs");
        Assert.Equal(new Uri(served.Address, "/jobs").ToString(), tab.Page.Url);
        var cookie = Assert.Single(await tab.Page.GetCookiesAsync());
        Assert.True(cookie.HttpOnly);
        Assert.Equal(PuppeteerSharp.SameSite.Strict, cookie.SameSite);
        Assert.Equal("", await tab.Get<string>("document.cookie"));
        Assert.DoesNotContain(cookie.Value, await tab.Get<string>("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"));
        await tab.Click(".bar .plain");
        await tab.See(".sign-in");
        Assert.Empty(await tab.Page.GetCookiesAsync());

        await using var other = await chromium.Open();
        await other.GoTo(link);
        await other.UntilText(".fault", "has been used or has expired");
        AssertQuiet(served, tab);
    }

    [Fact]
    public async Task A_key_signs_in_and_a_viewer_is_offered_nothing_to_do()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await chromium.Open();
        await tab.GoTo(new Uri(served.Address, $"/jobs/{job}").ToString());
        await tab.See("#key");
        await tab.Page.TypeAsync("#key", "autoselect_wrong");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.UntilText(".fault", "not good");
        await tab.Get<int>("(document.getElementById('key').value = '', 0)");
        await tab.Page.TypeAsync("#key", await served.Key(KeyRole.Viewer));
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.UntilText("h1", job.Value);
        Assert.Equal(0, await tab.Get<int>("document.querySelectorAll('.actions button, .row-acts button').length"));
    }

    [Fact]
    public async Task Points_and_decisions_appear_as_they_come_and_a_pause_is_asked_for_and_seen()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await Job(served, job);
        var record = await served.Record(job);
        var trial = Races.Training(record);
        await served.Tell(job, Races.Point(record, trial, 0.8765));
        await tab.UntilText(".candidates td", "0.8775");
        await served.Tell(job, Races.Decided(await served.Record(job), "the sun shines"));
        await tab.UntilText(".rung summary", "Decided anew: the sun shines");
        // From the decision to its moment on the curves.
        await tab.Click(".rung button");
        await tab.Until($"location.search.includes('rung={record.Rungs.Length}')");

        await tab.Click("[data-act=pause]");
        await tab.Page.TypeAsync("#reason", "lunch");
        await tab.Click("dialog .strong");
        await tab.UntilText(Badge, "paused");
        await tab.UntilText(".banner", "lunch");
        Assert.Equal(JobPhase.Paused, (await served.Record(job)).Phase);
        await tab.Click("[data-act=resume]");
        await tab.Click("dialog .strong");
        await tab.UntilText(Badge, "racing");
        AssertQuiet(served, tab);
    }

    [Fact]
    public async Task Every_page_of_a_browser_is_live_over_the_one_stream_that_they_share()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var first = await Job(served, job);
        await first.UntilText("#live", "live");
        await using var second = await first.Another();
        await second.GoTo(new Uri(served.Address, $"/jobs/{job}").ToString());
        await second.UntilText("#live", "live");
        await second.See(".candidates tbody tr");
        var record = await served.Record(job);
        await served.Tell(job, Races.Point(record, Races.Training(record), 0.8765));
        await first.UntilText(".candidates td", "0.8775");
        await second.UntilText(".candidates td", "0.8775");
        AssertQuiet(served, second);
    }

    [Fact]
    public async Task A_server_that_comes_again_is_taken_up_with_without_a_reload()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await Job(served, job);
        await tab.UntilText("#live", "live");
        await tab.Get<int>("(window.stays = 1, 0)");
        var record = await served.Record(job);
        await served.Restart(async () =>
        {
            await tab.UntilText("#live", "connection lost");
            await served.Tell(job, Races.Point(record, Races.Training(record), 0.8123));
        });
        await tab.UntilText(".candidates td", "0.8133");
        await tab.UntilText("#live", "live");
        Assert.Equal(1, await tab.Get<int>("window.stays"));
    }

    [Fact]
    public async Task Jobs_are_found_filtered_and_kept_up_to_date()
    {
        await using var served = await ServedPages.Start();
        var first = await served.Import(JobRecords.Running(), s => s with { Name = "alpha" });
        await served.Import(JobRecords.Typical(), s => s with { Name = "beta" });
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/jobs"));
        await tab.UntilText(".jobs th a", "alpha-1");
        await tab.UntilText(".jobs th a", "beta-1");
        await tab.Page.TypeAsync(".tools .long", "bet");
        await tab.Until("document.querySelectorAll('.jobs tbody tr').length === 1");
        Assert.Contains("name=bet", tab.Page.Url, StringComparison.Ordinal);
        await tab.Page.TypeAsync(".tools .long", "xyz");
        await tab.UntilText(".blank h2", "No job matches");
        await tab.Click(".blank button");
        await tab.Until("document.querySelectorAll('.jobs tbody tr').length === 2");
        await tab.Click("[data-by=Name]");
        await tab.Until("document.querySelector('.jobs th a').textContent === 'alpha-1'");
        await tab.Click("[data-by=Name]");
        await tab.Until("document.querySelector('.jobs th a').textContent === 'beta-1'");
        Assert.Contains("by=Name&order=down", tab.Page.Url, StringComparison.Ordinal);
        await served.Import(JobRecords.NotStarted(), s => s with { Name = "gamma" });
        await tab.UntilText(".jobs th a", "gamma-1");
        await served.Tell(first, new JobRequested(JobRequest.Pause()), new JobPaused());
        await tab.UntilText(".jobs .badge", "paused");
        AssertQuiet(served, tab);
    }

    [Fact]
    public async Task Markup_in_names_labels_and_reasons_is_text()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(Races.Hostile(), s => s with { Labels = s.Labels.Add("team", Races.Markup) });
        await using var tab = await Job(served, job);
        await tab.UntilText(".candidates .name", Races.Markup);
        await tab.UntilText(".candidates .reason", Races.Markup);
        await tab.UntilText(".banner", Races.Markup);
        await tab.GoTo(new Uri(served.Address, "/jobs").ToString());
        await tab.UntilText(".label", Races.Markup);
        Assert.Equal(0, await tab.Get<int>("document.querySelectorAll('main img, main b b').length"));
        AssertQuiet(served, tab);
    }

    [Fact]
    public async Task Language_and_colours_are_chosen_and_kept()
    {
        await using var served = await ServedPages.Start();
        await served.Import(JobRecords.Typical());
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/jobs"));
        await tab.UntilText("h1", "Jobs");
        await tab.Page.SelectAsync("select[aria-label=Language]", "ja");
        await tab.UntilText("h1", "ジョブ");
        await tab.Page.SelectAsync("select[aria-label=配色]", "dark");
        await tab.Until("document.documentElement.dataset.theme === 'dark'");
        await tab.Page.ReloadAsync();
        await tab.UntilText("h1", "ジョブ");
        Assert.Equal("dark ja", await tab.Get<string>("document.documentElement.dataset.theme + ' ' + document.documentElement.lang"));
        AssertQuiet(served, tab);
    }

    private async Task<Tab> Job(ServedPages served, JobId job)
    {
        var tab = await chromium.Open();
        await tab.GoTo(await served.Link($"/jobs/{job}"));
        await tab.UntilText("h1", job.Value);
        await tab.See(".race canvas");
        return tab;
    }

    /// <summary>Nothing went wrong, and nothing but this server was asked.</summary>
    private static void AssertQuiet(ServedPages served, Tab tab)
    {
        Assert.Empty(tab.Complaints);
        Assert.All(tab.Asked, a => Assert.True(
            a.StartsWith(served.Address.ToString(), StringComparison.Ordinal) || a.StartsWith("blob:", StringComparison.Ordinal)
                || a.StartsWith("data:", StringComparison.Ordinal), a));
    }
}
