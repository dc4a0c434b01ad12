using System.Text.RegularExpressions;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Telemetry;

/// <summary>docs/telemetry.md lists what the code emits: no name is missing on either side.</summary>
public sealed partial class TelemetryPageTests
{
    [Fact]
    public void The_page_lists_the_instruments_of_the_code() =>
        Assert.Equal(InCode(Instruments()), InPage("## Metrics"));

    [Fact]
    public void The_page_lists_the_spans_of_the_code() => Assert.Equal(InCode(Spans()), InPage("## Traces"));

    [Fact]
    public void Rules_and_dashboards_ask_for_metrics_that_the_page_names()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "telemetry.md"));
        var rules = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "prometheus", "rules.yaml"));
        var asked = Dashboards.Queries.Select(q => q.Expression).Append(rules).SelectMany(text => Metrics().Matches(text))
            .Select(m => Suffix().Replace(m.Value, "")).Distinct().ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, metric => Assert.Contains($"`{metric}`", page, StringComparison.Ordinal));
    }

    private static IEnumerable<string> InCode(Regex names) => ((string[])["src", "grains", "strategies"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SourceTree.Root, folder), "*.cs", SearchOption.AllDirectories))
        .SelectMany(file => names.Matches(File.ReadAllText(file)).Select(m => m.Groups["name"].Value))
        .Distinct().Order(StringComparer.Ordinal);

    /// <summary>The first column of the table below a heading.</summary>
    private static IEnumerable<string> InPage(string heading)
    {
        var lines = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "telemetry.md"));
        return lines.SkipWhile(l => l != heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Select(l => FirstColumn().Match(l)).Where(m => m.Success).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex("""\.Create(Observable)?(Counter|UpDownCounter|Gauge|Histogram)(<\w+>)?\(\s*"(?<name>[^"]+)""")]
    private static partial Regex Instruments();

    [GeneratedRegex("""\.StartActivity\(\s*"(?<name>[^"]+)""")]
    private static partial Regex Spans();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|")]
    private static partial Regex FirstColumn();

    /// <summary>But for the label of a job's id.</summary>
    [GeneratedRegex(@"\bautoselect_(?!job\b)[a-z_]+")]
    private static partial Regex Metrics();

    /// <summary>What Prometheus makes of a histogram.</summary>
    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Suffix();
}
