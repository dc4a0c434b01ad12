using System.Text.Json;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Campaigns;

/// <summary>A campaign whose jobs real device processes train, killed, taken up again, and read by other processes.</summary>
public sealed class CampaignProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource patience =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public CampaignProcessTests() => patience.CancelAfter(TimeSpan.FromMinutes(10));

    private CancellationToken Cancelled => patience.Token;

    public void Dispose()
    {
        patience.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_campaign_whose_process_is_killed_goes_on_and_has_every_point_once()
    {
        using (var run = Start("campaign", Write()))
            await Until(run, points => points.Any(p => p.TryGetProperty("job", out _)));

        var resumed = await Command("campaigns", "resume", "rates");

        Assert.True(resumed.ExitCode == 0, resumed.Output + resumed.Error);
        var points = await Points();
        Assert.Equal(["0.01", "0.02", "0.04"], points.Select(p => p.GetProperty("values")[0].GetString()));
        Assert.All(points, p => Assert.Equal("Completed", p.GetProperty("result").GetProperty("phase").GetString()));
        var jobs = await Command("jobs", "--json");
        Assert.Equal(
            ["rates-0001-1", "rates-0002-1", "rates-0003-1"],
            JsonDocument.Parse(jobs.Output).RootElement.EnumerateArray().Select(j => j.GetProperty("job").GetString()).Order());
        Assert.Contains("\"job\":\"rates-0003-1\"", await File.ReadAllTextAsync(folder["campaigns/rates/report.html"], Cancelled));
        Assert.Contains("3/3", (await Command("campaigns")).Output);
        var again = await Command("campaigns", "resume", "rates");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("campaigns extend rates", again.Error);
    }

    private AutoselectProcess Start(params string[] arguments) =>
        AutoselectProcess.Start(Cancelled, [.. arguments, "--store", folder.Path]);

    private Task<(int ExitCode, string Output, string Error)> Command(params string[] arguments) =>
        AutoselectProcess.Run(Cancelled, [.. arguments, "--store", folder.Path]);

    private async Task<List<JsonElement>> Points()
    {
        var (exitCode, output, error) = await Command("campaigns", "show", "rates", "--json");
        return exitCode == 0 ? [.. JsonDocument.Parse(output).RootElement.GetProperty("points").EnumerateArray()]
            : error.Contains("is not in", StringComparison.Ordinal) ? [] : throw new InvalidOperationException(error);
    }

    private async Task Until(AutoselectProcess process, Func<List<JsonElement>, bool> condition)
    {
        while (!condition(await Points()))
            if (process.HasExited) Assert.Fail($"the process ended before that: {await process.Ended(Cancelled)}");
    }

    private string Write()
    {
        var path = folder["rates.yaml"];
        File.WriteAllText(path, $$"""
            job:
              workload:
                assembly: {{BuiltFile.FaultyWorkloads}}
                type: AutoSelect.FaultyWorkloads.FaultyWorkload
                options: { examples: 4000 }
              objective:
                tradeoff: { gain: 0.01, worth: 10s }
              candidates:
                - strategy: sgd
                  values: { learningRate: ["${rate}"] }
                  batchSizes: [20]
              epochs: 4
              checkpoints: { every: 1s }
            space:
              rate: [0.01, 0.02, 0.04]
            search: grid
            stop: off
            """);
        return path;
    }
}
