using System.Globalization;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

public sealed partial class Speed
{
    /// <summary>
    /// Notes when the page has which value of a candidate, by the clock of this machine, in milliseconds since 1970; where the page is in
    /// front, once it is on the screen, which is at the beginning of the frame after the next. Pages behind draw no frames.
    /// </summary>
    private const string Watch = """
        ((name, isInFront) => {
          const row = [...document.querySelectorAll(".candidates tbody tr")].find(r => r.querySelector(".name").textContent === name);
          globalThis.shown = [];
          let last = "";
          new MutationObserver(() => {
            const text = /0\.\d{4}/.exec(row.textContent)?.[0] ?? "";
            if (text === last) return;
            last = text;
            const note = () => shown.push([Number(text), performance.timeOrigin + performance.now()]);
            if (isInFront) requestAnimationFrame(() => requestAnimationFrame(note));
            else note();
          }).observe(document.querySelector(".candidates tbody"), { childList: true, subtree: true, characterData: true });
          return row ? 1 : 0;
        })
        """;

    /// <summary>Milliseconds from the first question for jobs to the last answer that has come.</summary>
    private const string Answers = """
        (all => Math.max(...all.map(r => r.responseEnd)) - Math.min(...all.map(r => r.startTime)))(
          performance.getEntriesByType("resource").filter(r => r.name.includes("/v1/jobs?")))
        """;

    /// <summary>From the moment at which a point's report begins to be stored until a page has it, of all points and all pages.</summary>
    /// <param name="people">Browsers that share nothing, each with a stream of its own.</param>
    /// <param name="each">Pages of each of them.</param>
    [Theory]
    [InlineData(50, 1)]
    [InlineData(5, 10)]
    [InlineData(1, 50)]
    public async Task Of_points_on_fifty_open_pages(int people, int each)
    {
        const int Points = 60;
        SkipUnlessAsked();
        await using var served = await ServedPages.Start();
        var job = await served.Import(JobRecords.Running());
        var record = await served.Record(job);
        var trial = Races.Training(record);
        var name = record.Trials.First(t => t.Id == trial).Candidate.Name;
        var tabs = new List<Tab>();
        try
        {
            for (var i = 0; i < people; i++)
            {
                var first = await chromium.Open();
                tabs.Add(first);
                await first.GoTo(await served.Link($"/jobs/{job}"));
                await first.See(".race canvas");
                for (var k = 1; k < each; k++)
                {
                    var other = await first.Another();
                    tabs.Add(other);
                    await other.GoTo(new Uri(served.Address, $"/jobs/{job}").ToString());
                    await other.See(".race canvas");
                }
            }
            foreach (var tab in tabs)
            {
                await tab.UntilText("#live", "live");
                // The one that was opened last is in front.
                Assert.Equal(1, await tab.Get<int>($"{Watch}({Tab.Quoted(name)}, {(tab == tabs[^1] ? "true" : "false")})"));
            }
            // The last ones still draw what they have opened with.
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Cancelled);
            var told = new List<(double Shown, double At)>();
            var (begun, used) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
            for (var i = 0; i < Points; i++)
            {
                // Ever greater, so that a page which takes in two at once shows the first by the second.
                var value = 0.7 + (0.0005 * i);
                told.Add((value + 0.001, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
                await served.Tell(job, Races.Point(await served.Record(job), trial, value));
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Cancelled);
            }
            var cores = (Environment.CpuUsage.TotalTime - used) / TimeProvider.System.GetElapsedTime(begun);
            var (waits, inFront) = (new List<double>(), new List<double>());
            foreach (var tab in tabs)
            {
                await tab.Until($"shown.some(s => s[0] >= {(told[^1].Shown - 1e-5).ToString(CultureInfo.InvariantCulture)})");
                var shown = await tab.Get<double[][]>("shown");
                var mine = told.Select(t => shown.First(s => s[0] >= t.Shown - 1e-5)[1] - t.At).ToList();
                waits.AddRange(mine);
                if (tab == tabs[^1]) inFront = mine;
                Assert.Empty(tab.Complaints);
            }
            waits.Sort();
            double At(double share) => waits[Math.Min(waits.Count - 1, (int)(share * waits.Count))];
            Say($"{people} browsers of {each} pages, {waits.Count} sights of {Points} points: from the report to the page "
                + $"{At(.5):0} ms (median), {At(.9):0} ms (90 %), {At(.99):0} ms (99 %), {waits[^1]:0} ms (all); "
                + $"{waits.Count(w => w <= 1000) / (double)waits.Count:0.0 %} within 1 s; on the screen of the page in front "
                + $"{inFront.Order().ElementAt(inFront.Count / 2):0} ms (median), {inFront.Max():0} ms (all); server, store and this test "
                + $"took {cores:0.000} cores");
        }
        finally
        {
            foreach (var tab in Enumerable.Reverse(tabs)) await tab.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(10_000)]
    public async Task Of_a_campaign(int points)
    {
        SkipUnlessAsked();
        await using var served = await ServedPages.Start();
        var record = JobRecords.SingleCandidate();
        for (var i = 1; i <= points; i++)
            await Campaigns.Add(served, "widths", i, record, Campaigns.Labels("widths", i, points, learns: true));
        await using var tab = await chromium.Open();
        await tab.GoTo(await served.Link("/campaigns"));
        await tab.UntilText(".campaigns th a", "widths");
        Say($"{points} points: the list of campaigns useful after {await tab.Get<double>("performance.now()"):0} ms");
        await tab.GoTo(new Uri(served.Address, "/campaigns/widths").ToString());
        await tab.Until("document.querySelectorAll('.points tbody tr').length === 100");
        Say($"{points} points: the campaign useful after {await tab.Get<double>("performance.now()"):0} ms, of which its jobs took "
            + $"{await tab.Get<double>(Answers):0} ms to come");
        // Until what is read once more and drawn below has been.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Cancelled);
        foreach (var text in (string[])["hidden=64", "original", "widths-0099"])
            Say($"{points} points, with the words '{text}': "
                + $"{await Typed(tab, ".tools .long", text, ".points tbody"):0} ms from the key to the rows");
        Assert.Empty(tab.Complaints);
    }

    /// <summary>Milliseconds from a text in a field to rows that fit it on the screen.</summary>
    private static Task<double> Typed(Tab tab, string field, string text, string rows) => tab.Get<double>($$"""
        new Promise(resolve => {
          const input = document.querySelector({{Tab.Quoted(field)}}), begun = performance.now();
          const seen = new MutationObserver(() => {
            seen.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - begun));
          });
          seen.observe(document.querySelector({{Tab.Quoted(rows)}}), { childList: true });
          input.value = {{Tab.Quoted(text)}};
          input.dispatchEvent(new Event("input", { bubbles: true }));
        })
        """);
}
