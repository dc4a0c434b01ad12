using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Web.Tests;

/// <summary>A job that real device processes train, looked at and acted on in the browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class RealJobTests(Chromium chromium) : IDisposable
{
    private const string Job = "real-1";

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
    public async Task Training_is_seen_as_it_goes_on_and_is_paused_taken_up_and_cancelled_from_its_page()
    {
        patience.CancelAfter(TimeSpan.FromMinutes(15));
        await using var tab = await chromium.Open();
        using var run = Start("run", WriteJob());
        await SignIn(tab, run);
        await tab.UntilText("h1", Job);
        await tab.See(".race canvas");
        await tab.Get<int>("(window.stays = 1, 0)");
        // Points come: the text of the candidates changes again and again.
        for (var i = 0; i < 3; i++)
        {
            var before = await tab.Get<string>("document.querySelector('.candidates tbody').textContent");
            await tab.Until($"document.querySelector('.candidates tbody').textContent !== {Tab.Quoted(before)}");
        }
        await tab.See(".rung summary");
        await tab.Click("[data-act=pause]");
        await tab.Click("dialog .strong");
        // The command ends with the pause, and the page stays as it is.
        Assert.Equal(130, (await run.Ended(Cancelled)).ExitCode);
        await tab.UntilText(".state-now .badge", "paus"); // pausing or paused: the process may end before it has told that it is
        Assert.Equal(1, await tab.Get<int>("window.stays"));

        using var resumed = Start("resume", Job);
        await using var later = await chromium.Open();
        await SignIn(later, resumed);
        await later.UntilText(".state-now .badge", "racing");
        await later.Click("[data-act=cancel]");
        await later.Click("dialog .grave");
        Assert.Equal(5, (await resumed.Ended(Cancelled)).ExitCode);
    }

    private AutoselectProcess Start(params string[] arguments) =>
        AutoselectProcess.Start(Cancelled, [.. arguments, "--store", folder.Path]);

    private async Task SignIn(Tab tab, AutoselectProcess process)
    {
        await ProcessPages.SignIn(tab, process, folder, $"/jobs/{Job}", Cancelled);
        await tab.UntilText("h1", Job);
    }

    private string WriteJob()
    {
        var path = folder["job.yaml"];
        File.WriteAllText(path, $$"""
            name: real
            workload:
              assembly: {{BuiltFile.FaultyWorkloads}}
              type: AutoSelect.FaultyWorkloads.FaultyWorkload
              options: { examples: 4000 }
            objective:
              tradeoff: { gain: 0.01, worth: 10s }
            candidates:
              - strategy: sgd
                values: { learningRate: [0.01, 0.02, 0.03] }
                batchSizes: [20]
            epochs: 4000
            checkpoints: { every: 1s }
            probe: { devices: 2 }
            """);
        return path;
    }
}
