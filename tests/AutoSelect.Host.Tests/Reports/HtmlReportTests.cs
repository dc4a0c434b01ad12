using System.Text.Json;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Reports;

public sealed partial class HtmlReportTests
{
    /// <summary>Set to a folder to keep the pages, to look at them in a browser.</summary>
    private static readonly string? Kept = Environment.GetEnvironmentVariable("AUTOSELECT_SAMPLE_REPORTS");

    public static TheoryData<string> Samples => [.. All.Keys];

    private static Dictionary<string, Func<JobRecord>> All { get; } = new()
    {
        ["typical"] = JobRecords.Typical,
        ["running"] = JobRecords.Running,
        ["paused"] = JobRecords.Paused,
        ["fallback"] = JobRecords.WithFallback,
        ["all-failed"] = JobRecords.AllFailed,
        ["single"] = JobRecords.SingleCandidate,
        ["not-started"] = JobRecords.NotStarted,
        ["many"] = () => JobRecords.Many(200),
    };

    [Theory, MemberData(nameof(Samples))]
    public void Any_job_gives_a_page_with_all_its_candidates_and_no_network(string sample)
    {
        var record = All[sample]();
        var page = HtmlReport.Render(record);
        if (Kept is not null) HtmlReport.Write(record, Path.Combine(Kept, sample + ".html"));

        foreach (var trial in record.Trials) Assert.Contains(trial.Candidate.Name, page, StringComparison.Ordinal);
        foreach (var decision in record.Rungs.SelectMany(r => r.Decisions))
            Assert.Contains(System.Net.WebUtility.HtmlEncode(decision.Reason), page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Loads(), page);
        Assert.Equal(record.Trials.Length, Data(page).GetProperty("candidates").GetArrayLength());
    }

    [Theory]
    [InlineData("paused", "The job is paused after")]
    [InlineData("running", "The job is running")]
    [InlineData("not-started", "The job has not started yet.")]
    [InlineData("all-failed", "All 12 candidates failed.")]
    public void A_job_without_a_result_says_so(string sample, string words) =>
        Assert.Contains($"<h1>{words}", HtmlReport.Render(All[sample]()), StringComparison.Ordinal);

    [Fact]
    public void A_baseline_that_was_not_run_to_the_target_is_called_a_forecast()
    {
        var page = HtmlReport.Render(JobRecords.Typical());
        Assert.Matches(
            "With the baseline alone</h2><p class=\"big\">[^<]+</p><p>nadamw-b256 to the target, a forecast: [^<]+ with 9[05] %", page);
    }

    [Fact]
    public void What_is_simulated_is_said_and_a_measured_job_says_nothing_was()
    {
        var record = JobRecords.Typical();
        Assert.Contains("<b>Simulated:</b>", HtmlReport.Render(record), StringComparison.Ordinal);
        var measured = record with { Spec = record.Spec with { Labels = record.Spec.Labels.Remove(JobSpec.SimulatedLabel) } };
        var page = HtmlReport.Render(measured);
        Assert.DoesNotContain("<b>Simulated:</b>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>Simulated</dt><dd>nothing;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_names_and_values_that_are_not_numbers_do_not_break_the_page()
    {
        var record = JobRecords.Typical();
        var hostile = record.Trials[0] with
        {
            Candidate = record.Trials[0].Candidate with { Name = "</script><b>&\"" },
            Curve = [.. record.Trials[0].Curve.Select((p, i) =>
                p with { Value = i % 2 == 0 ? double.NaN : double.PositiveInfinity, AveragedValue = null })],
        };
        var page = HtmlReport.Render(record with { Trials = record.Trials.SetItem(0, hostile) });
        Assert.DoesNotContain("</script><b>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;/script&gt;&lt;b&gt;&amp;&quot;", page, StringComparison.Ordinal);
        Assert.Equal("</script><b>&\"", Data(page).GetProperty("candidates")[0].GetProperty("candidate").GetProperty("name").GetString());
        Assert.Equal("NaN", Data(page).GetProperty("curves")[0].GetProperty("columns").GetProperty("value")[0].GetString());
    }

    [Fact]
    public void A_page_is_replaced_whole_and_leaves_no_drafts()
    {
        var folder = Directory.CreateTempSubdirectory("report");
        try
        {
            var path = Path.Combine(folder.FullName, "job", "report.html");
            HtmlReport.Write(JobRecords.Paused(), path);
            HtmlReport.Write(JobRecords.Typical(), path);
            Assert.Equal(HtmlReport.Render(JobRecords.Typical()), File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_page_of_200_candidates_stays_below_four_megabytes() =>
        Assert.InRange(HtmlReport.Render(JobRecords.Many(200)).Length, 600_000, 4_000_000);

    private static JsonElement Data(string page) => JsonDocument.Parse(DataElement().Match(page).Groups[1].Value).RootElement;

    [GeneratedRegex("<script id=\"data\" type=\"application/json\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex DataElement();

    /// <summary>Elements that would make a browser fetch something.</summary>
    [GeneratedRegex(
        """<script[^>]*\ssrc=|<link[^>]*href="(?!data:)|<img|<iframe|@import|url\(["']?(https?:|//)""", RegexOptions.IgnoreCase)]
    private static partial Regex Loads();
}
