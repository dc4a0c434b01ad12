using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Web.Tests;

/// <summary>A campaign whose jobs real device processes train, looked at in the browser while it goes on, and in its report.</summary>
[Collection(BrowserTests.Name)]
public sealed class RealCampaignTests(Chromium chromium) : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource patience =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private CancellationToken Cancelled => patience.Token;

    public void Dispose()
    {
        patience.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Points_come_as_jobs_run_and_its_report_draws_the_same()
    {
        patience.CancelAfter(TimeSpan.FromMinutes(15));
        await using var tab = await chromium.Open();
        using var run = AutoselectProcess.Start(Cancelled, "campaign", Write(), "--store", folder.Path);
        await ProcessPages.SignIn(tab, run, folder, "/campaigns", Cancelled);
        await tab.UntilText(".campaigns th a", "rates");
        await tab.Click(".campaigns th a");
        await tab.UntilText("h1", "rates");
        await tab.Get<int>("(window.stays = 1, 0)");
        // Its values, what it ran and which baseline it has are told by its labels, from the first job on.
        await tab.UntilText(".points td", "1000");
        await tab.UntilText(".points td", "original");
        await tab.UntilText(".points .badge", "completed");
        await tab.UntilText(".points .name", "sgd");
        Assert.Equal("1000", await tab.Get<string>("document.querySelector('.points tbody td').textContent"));
        // More than one appears by itself, with the page as it was.
        await tab.UntilText(".points th a", "Point 2");
        Assert.Equal(1, await tab.Get<int>("window.stays"));
        await tab.Picture("campaign-real");
        Assert.Empty(tab.Complaints);
        Assert.Equal(0, (await run.Ended(Cancelled)).ExitCode);

        await using var report = await chromium.Open();
        await report.GoTo(new Uri(folder["campaigns/rates/report.html"]).ToString());
        await report.Until("['best', 'space', 'wins', 'probes'].every(id => document.querySelector(`#${id} svg`))");
        await report.Picture("campaign-report");
        Assert.Empty(await report.Violations());
        Assert.Empty(report.Complaints);
    }

    private string Write()
    {
        var path = folder["rates.yaml"];
        File.WriteAllText(path, $$"""
            job:
              workload:
                assembly: {{BuiltFile.FaultyWorkloads}}
                type: AutoSelect.FaultyWorkloads.FaultyWorkload
                options: { examples: "${examples}" }
              objective:
                tradeoff: { gain: 0.01, worth: 10s }
              candidates:
                - strategy: sgd
                  values: { learningRate: [0.01, 0.02] }
                  batchSizes: [20]
              epochs: 4
              probe: { devices: 2 }
            space:
              examples: [1000, 2000, 4000]
            jobs: 3
            search: grid
            parallel: 1
            learning: { originalEvery: 2 }
            """);
        return path;
    }
}
