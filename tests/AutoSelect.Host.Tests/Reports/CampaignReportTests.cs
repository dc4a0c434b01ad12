using System.Text.Json;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Campaigns;

namespace AutoSelect.Host.Tests.Reports;

public sealed class CampaignReportTests
{
    private const string Hostile = "</script><b>&\"";

    [Fact]
    public void A_report_has_all_points_for_its_plots_and_asks_nobody_for_anything()
    {
        var page = CampaignReport.Render(Of(Point(0, 0.9, isOriginal: true), Point(1, null, isOriginal: false)));
        var data = Data(page);
        Assert.Equal("value", data.GetProperty("goal").GetString());
        var points = data.GetProperty("points");
        Assert.Equal(
            [(1, "kfac", "original", 0.9), (2, "kfac", "learned", (double?)null)],
            points.EnumerateArray().Select(p => (
                p.GetProperty("number").GetInt32(), p.GetProperty("algorithm").GetString()!, p.GetProperty("learning").GetString()!,
                p.TryGetProperty("value", out var v) && v.ValueKind == JsonValueKind.Number ? v.GetDouble() : (double?)null)));
        Assert.Equal("3", points[0].GetProperty("values").GetProperty("hidden").GetString());
        Assert.Equal(4, points[0].GetProperty("probe").GetDouble());
        foreach (var id in (string[])["best", "space", "wins", "probes"])
            Assert.Contains($"<div id=\"{id}\"></div>", page, StringComparison.Ordinal);
        Assert.Contains("<td>3 (2)</td>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("""(?:src|href)=["']?https?:""", page);
    }

    [Fact]
    public void Names_and_values_that_are_markup_do_not_break_the_page()
    {
        var record = Record(
            new PointProposed(0, [Hostile], "", null), new PointEnded(0, Result(0.9) with { Winner = Hostile, WinnerName = Hostile }));
        var page = CampaignReport.Render(record);
        Assert.DoesNotContain("</script><b>", page, StringComparison.Ordinal);
        Assert.Equal(Hostile, Data(page).GetProperty("points")[0].GetProperty("values").GetProperty("hidden").GetString());
    }

    [Fact]
    public void A_campaign_without_a_result_has_a_page_too() =>
        Assert.Equal(0, Data(CampaignReport.Render(Record())).GetProperty("points").GetArrayLength());

    private static CampaignChange[] Point(int index, double? value, bool isOriginal) =>
    [
        new PointProposed(index, ["3"], "", new ProbeChoice
        {
            IsOriginal = isOriginal,
            Arms = ["kfac b64"],
            Expected = "kfac b64",
            Chance = 1,
            Evidence = 0,
            Surprise = 0,
        }),
        new PointEnded(index, Result(value)),
    ];

    private static PointResult Result(double? value) => new()
    {
        Phase = JobPhase.Completed,
        Summary = "",
        Direction = Direction.Maximize,
        Value = value,
        DeviceSeconds = 10,
        ProbeSeconds = 4,
        Winner = "kfac b64",
        WinnerName = "kfac-b64",
    };

    private static CampaignRecord Of(params CampaignChange[][] points) => Record([.. points.SelectMany(p => p)]);

    private static CampaignRecord Record(params CampaignChange[] changes)
    {
        var spec = new CampaignSpec
        {
            Name = "widths",
            Space = new CampaignSpace([new CampaignParameter { Key = "hidden", Choices = ["3", Hostile] }]),
            Template = "workload: toy-mlp",
            Jobs = 3,
            Goal = CampaignGoal.Value,
            Learning = new(),
        };
        return CampaignFold.FromEvents(
            changes.Prepend(new CampaignBegun(spec, "")).Select((c, i) => new CampaignEvent(i + 1, DateTimeOffset.UnixEpoch, c)))!;
    }

    private static JsonElement Data(string page)
    {
        const string start = "<script id=\"data\" type=\"application/json\">";
        var from = page.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return JsonDocument.Parse(page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)]).RootElement;
    }
}
