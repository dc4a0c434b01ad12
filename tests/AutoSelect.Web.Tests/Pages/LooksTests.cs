using System.Text;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>Whether pages can be used by everybody, whatever they look at them with; with pictures to look at.</summary>
[Collection(BrowserTests.Name)]
public sealed class LooksTests(Chromium chromium)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task No_page_breaks_a_rule_of_wcag_in_any_size_and_colours(int width, bool isDark)
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running(), s => s with { Owner = "ann", Project = "vision" });
        await served.Import(JobRecords.Typical(), s => s with { Name = "fashion-mnist-again", Owner = "ann" });
        var another = await served.Import(JobRecords.WithFallback(), s => s with { Name = "another", Owner = "ann" });
        await served.Import(JobRecords.Paused(), s => s with { Name = "char-transformer", Owner = "bob" });
        await served.Import(JobRecords.AllFailed(), s => s with { Name = "autoencoder", Owner = "bob" });
        await AddDevices(served, job);
        await Campaigns.Import(served, "widths");
        await Campaigns.Import(served, "depths", points: 3, learns: false);
        await using var tab = await chromium.Open(width, 900);
        await tab.Dark(isDark);
        var name = $"{width}-{(isDark ? "dark" : "light")}";
        await tab.GoTo(new Uri(served.Address, "/").ToString());
        await tab.See("#key");
        await Check(tab, "sign-in-" + name);
        await tab.GoTo(await served.Link("/jobs"));
        await tab.UntilText(".jobs th a", "char-transformer-1");
        await Check(tab, "jobs-" + name);
        await tab.GoTo(new Uri(served.Address, $"/jobs/{job}").ToString());
        await SeeAllPlots(tab);
        await Check(tab, "job-" + name);
        await tab.GoTo(new Uri(served.Address, "/jobs/fashion-mnist-again-1").ToString());
        await SeeAllPlots(tab);
        await Check(tab, "ended-" + name);
        await tab.GoTo(new Uri(served.Address, $"/compare?jobs=fashion-mnist-again-1,{another}").ToString());
        await tab.UntilText("h2", "How much slower than the fastest strategy");
        await tab.Until("document.querySelectorAll('.plot canvas').length === 2");
        await Check(tab, "compare-" + name);
        await tab.GoTo(new Uri(served.Address, "/campaigns").ToString());
        await tab.UntilText(".campaigns th a", "widths");
        await Check(tab, "campaigns-" + name);
        await tab.GoTo(new Uri(served.Address, "/campaigns/widths").ToString());
        await SeeAllPlots(tab);
        await Check(tab, "campaign-" + name);
        await tab.GoTo(new Uri(served.Address, "/devices").ToString());
        await tab.UntilText(".devices th", "laptop-cpu0");
        await Check(tab, "devices-" + name);
        Assert.Equal(0, await tab.Get<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task Every_thing_can_be_done_by_keyboard_alone()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/jobs"));
        await tab.UntilText(".jobs th a", job.Value);
        await Focus(tab, "e => e.matches('.jobs th a')");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.See(".race canvas");
        await Focus(tab, "e => e.matches('.plot-place')");
        await tab.Page.Keyboard.PressAsync("ArrowLeft");
        await tab.Until("/accuracy 0\\.\\d+/.test(document.querySelector('.race [role=status]').textContent)");
        var before = await tab.Get<int>("document.querySelectorAll('.candidates .swatch:checked').length");
        await Focus(tab, "e => e.matches('.swatch:not(:checked)')");
        await tab.Page.Keyboard.PressAsync("Space");
        await tab.Until($"document.querySelectorAll('.candidates .swatch:checked').length === {before + 1}");
        Assert.Contains("pick=", tab.Page.Url, StringComparison.Ordinal);
        await tab.GoTo(new Uri(served.Address, $"/jobs/{job}").ToString());
        await tab.See("[data-act=pause]");
        await Focus(tab, "e => e.matches('[data-act=pause]')");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.See("dialog[open]");
        await tab.Page.Keyboard.PressAsync("Escape");
        await tab.Until("!document.querySelector('dialog')");
        Assert.Equal(JobPhase.Probing, (await served.Record(job)).Phase);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_plot_is_had_as_picture_and_as_data()
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link($"/jobs/{job}"));
        await tab.See(".race canvas");
        using var folder = new TemporaryFolder();
        await tab.Page.Client.SendAsync("Page.setDownloadBehavior", new
        {
            behavior = "allow",
            downloadPath = folder.Path,
        });
        foreach (var kind in (string[])["PNG", "SVG", "CSV", "JSON"])
        {
            await tab.Click($".race .plot-tools button[aria-label^='Download {kind}']");
            var file = folder["the-race." + kind.ToLowerInvariant()];
            await Tab.UntilDownloaded(file);
            var bytes = await File.ReadAllBytesAsync(file, Cancelled);
            var text = Encoding.UTF8.GetString(bytes);
            switch (kind)
            {
                case "PNG": Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]); break;
                case "SVG": Assert.Contains("clip-path=\"url(#crowd)\"", text, StringComparison.Ordinal); break;
                case "CSV": Assert.StartsWith("trial,candidate,step,", text, StringComparison.Ordinal); break;
                default: Assert.StartsWith("[{\"trial\":", text, StringComparison.Ordinal); break;
            }
        }
        await tab.Click(".race .plot-tools button[aria-label^='Table']");
        await tab.See(".race .plot-data td");
        Assert.Empty(tab.Complaints);
    }

    private static async Task Check(Tab tab, string name)
    {
        await tab.Picture(name);
        Assert.Empty(await tab.Violations());
    }

    /// <summary>Plots are drawn when they come into view.</summary>
    private static async Task SeeAllPlots(Tab tab)
    {
        await tab.See(".plot canvas");
        await tab.Get<int>("(document.querySelectorAll('.plots .plot').forEach(p => p.scrollIntoView()), 0)");
        await tab.Until("""
            [...document.querySelectorAll('.plots .plot')].every(
              p => (p.scrollIntoView(), p.querySelector('canvas') || !p.querySelector('.empty').hidden))
            """);
        await tab.Get<int>("(scrollTo(0, 0), 0)");
    }

    /// <summary>Goes on with the tabulator until the focus is where it should be.</summary>
    private static async Task Focus(Tab tab, string isThere)
    {
        for (var i = 0; i < 150; i++)
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            if (await tab.Get<bool>($"({isThere})(document.activeElement)")) return;
        }
        Assert.Fail($"The tabulator never comes to {isThere}.");
    }

    private static async Task AddDevices(ServedPages served, JobId job)
    {
        foreach (var device in (await served.Record(job)).Devices) await served.Leases.Put(device, "local");
        await served.Leases.Grant(new("laptop-cpu0"), job, TimeProvider.System.GetUtcNow().AddMinutes(5), 0.08);
        await served.Leases.State(
            new Demand { Job = job, Least = 1, Most = 2, Price = 0.08 }, TimeProvider.System.GetUtcNow());
    }
}
