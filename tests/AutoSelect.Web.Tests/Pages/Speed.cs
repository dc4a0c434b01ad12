using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>
/// How fast pages are with as much as they are made for. Takes minutes and is run by whoever wants to know, with AUTOSELECT_WEB_SPEED=1; it
/// asserts nothing about time.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed partial class Speed(Chromium chromium)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2000, 30)]
    [InlineData(6000, 100)]
    public async Task Of_a_race(int candidates, int points)
    {
        SkipUnlessAsked();
        await using var served = await ServedPages.Start();
        var job = await served.Import(Large(candidates, points));
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/jobs"));
        await tab.UntilText(".jobs th a", job.Value);
        await tab.Page.EvaluateFunctionOnNewDocumentAsync("""
            () => {
              globalThis.tasks = [];
              new PerformanceObserver(l => { for (const e of l.getEntries()) globalThis.tasks.push(e.duration); })
                .observe({ type: "longtask", buffered: true });
            }
            """);
        for (var run = 0; run < 3; run++)
        {
            await tab.GoTo(new Uri(served.Address, $"/jobs/{job}").ToString());
            await tab.Until("document.querySelector('.race .plot-place canvas') && document.querySelector('.candidates tbody tr')");
            var first = await tab.Get<double>("performance.now()");
            // Until what is below has been drawn too.
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, Cancelled);
            var busy = await tab.Get<double>("tasks.reduce((a, b) => a + b, 0)");
            await tab.Get<int>("(tasks.length = 0, 0)");
            for (var i = 0; i < 20; i++)
            {
                var record = await served.Record(job);
                await served.Tell(job, Races.Point(record, record.Trials[1].Id, 0.7 + (0.001 * i)));
            }
            await tab.UntilText(".candidates td", "0.7200");
            var update = await tab.Get<string>("JSON.stringify(tasks.map(Math.round))");
            Say($"{candidates} x {points}, run {run}: useful after {first:0} ms, main thread {busy:0} ms in all; "
                + $"tasks above 50 ms while 20 points came: {update}");
        }
        // What scripts hold, without pictures; and the server with this test, which made the job and reads all of it before each point.
        var heap = (await tab.Page.MetricsAsync())["JSHeapUsedSize"];
        Say($"{candidates} x {points}: {Megabytes((double)heap)} MB of scripts in the page; server, store and test take "
            + $"{Megabytes(Environment.WorkingSet)} MB");
        await using var fresh = await chromium.Open();
        await fresh.GoTo(await served.Link($"/jobs/{job}"));
        await fresh.See(".race canvas");
        var (pages, data) = (await Bytes(fresh, isData: false), await Bytes(fresh, isData: true));
        Say($"first visit: {pages} bytes of pages, {data} bytes of data, compressed");
    }

    private static string Megabytes(double bytes) => (bytes / 1e6).ToString("0", CultureInfo.InvariantCulture);

    private static Task<long> Bytes(Tab tab, bool isData) => tab.Get<long>(
        "performance.getEntriesByType('resource')"
        + $".filter(r => r.name.includes('/v1/') === {(isData ? "true" : "false")}).reduce((n, r) => n + r.encodedBodySize, 0)");

    [Fact]
    public async Task Of_a_list_of_ten_thousand_jobs()
    {
        SkipUnlessAsked();
        await using var served = await ServedPages.Start();
        var record = JobRecords.NotStarted();
        for (var i = 0; i < 10_000; i++)
        {
            var name = $"{(i % 2 == 0 ? "alpha" : "beta")}{i:D5}";
            await served.Import(record, s => s with { Name = name, Owner = i % 3 == 0 ? "ann" : "bob" });
        }
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/jobs"));
        await tab.Until("document.querySelectorAll('.jobs tbody tr').length === 100");
        foreach (var text in (string[])["alpha", "99", "beta0", "zzz"])
        {
            var took = await Typed(tab, ".tools .long", text, ".jobs tbody");
            Say($"10,000 jobs, name contains '{text}': {took.ToString("0", CultureInfo.InvariantCulture)} ms from the key to the rows, "
                + "of which 60 ms wait for the next key");
        }
        Assert.Empty(tab.Complaints);
    }

    private static void SkipUnlessAsked() =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AUTOSELECT_WEB_SPEED") == "1", "Set AUTOSELECT_WEB_SPEED=1 to measure.");

    private static void Say(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);

    /// <summary>A job with as many candidates, each with as many points.</summary>
    private static JobRecord Large(int candidates, int points)
    {
        var record = JobRecords.Running();
        var (like, spec) = (record.Trials[1] with { State = TrialState.Running, Reason = "" }, record.Spec);
        var trials = ImmutableArray.CreateBuilder<Trial>(candidates);
        var noise = new Random(1);
        for (var i = 0; i < candidates; i++)
        {
            var source = record.Trials[i % record.Trials.Length].Candidate;
            var (top, pace) = (0.8 + (0.1 * noise.NextDouble()), 20 + (200 * noise.NextDouble()));
            trials.Add(like with
            {
                Id = TrialId.At(i),
                Candidate = source with { Name = $"{source.Name}-{i}" },
                Curve = [.. Enumerable.Range(1, points).Select(k => new CurvePoint
                {
                    Step = 20 * k,
                    DeviceSeconds = .3 * k,
                    EvaluationSeconds = .03 * k,
                    OverheadSeconds = .1,
                    Value = top - (0.6 * Math.Pow(1 + (20 * k / pace), -1.1)) + (0.004 * noise.NextDouble()),
                    AveragedValue = top - (0.6 * Math.Pow(1 + (20 * k / pace), -1.1)),
                    TrainingLoss = 1,
                })],
            });
        }
        return record with
        {
            Trials = trials.ToImmutable(),
            Spec = spec with { Candidates = [.. trials.Select(t => t.Candidate)], Baseline = trials[0].Candidate.Name },
        };
    }
}
