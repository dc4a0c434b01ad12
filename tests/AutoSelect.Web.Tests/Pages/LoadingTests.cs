using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>Pages of which a part does not come at once.</summary>
[Collection(BrowserTests.Name)]
public sealed class LoadingTests(Chromium chromium)
{
    [Theory]
    [InlineData("/app/main.js")]
    [InlineData("/plots/plot.js")]
    [InlineData("/vendor/echarts.js")]
    [InlineData("/style.css")]
    [InlineData("/live/worker.js")]
    [InlineData("/v1/session")]
    [InlineData("/v1/jobs")]
    public async Task A_page_comes_whole_though_a_part_of_it_failed_at_first(string path)
    {
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/jobs"));
        await tab.UntilText(".jobs th a", job.Value);
        var failed = await tab.Break(path, times: 1);
        await tab.GoTo(new Uri(served.Address, "/jobs").ToString());
        await tab.UntilText(".jobs th a", job.Value);
        await tab.Until("document.getElementById('live').dataset.state === 'live'");
        await tab.Until("getComputedStyle(document.querySelector('.bar')).display === 'flex'");
        await tab.Until("sessionStorage.getItem('autoselect.reloads') === null");
        Assert.Equal(1, failed());
    }

    [Fact]
    public async Task A_page_whose_modules_never_come_says_what_to_do_and_does_not_load_for_ever()
    {
        await using var served = await ServedPages.Start();
        await using var tab = await chromium.Open();
        await tab.Page.EvaluateExpressionOnNewDocumentAsync(
            "sessionStorage.getItem('autoselect.reloads') ?? sessionStorage.setItem('autoselect.reloads', '4')");
        await tab.Break("/app/routes.js", times: int.MaxValue);
        await tab.GoTo(await served.Link("/jobs"));
        // It counts a while before it loads itself again.
        await tab.Until("sessionStorage.getItem('autoselect.reloads') === '5' "
            + "&& performance.getEntriesByType('navigation')[0].type === 'reload'");
        await tab.UntilText(".loading", "load this page again");
        await tab.See(".loading");
    }
}
