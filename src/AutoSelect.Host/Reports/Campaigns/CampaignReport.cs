using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands.Campaigns;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>The report of a campaign: one HTML file that needs no network and no other file.</summary>
internal static class CampaignReport
{
    private const string Script = "report/campaign.js";
    private const int BestPoints = 10;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(CampaignRecord record, string path) => HtmlReport.Write(Render(record), path);

    /// <summary>The page for a campaign in any phase.</summary>
    public static string Render(CampaignRecord record)
    {
        var page = ReportFrame.Begin(record.Spec.Name, Script);
        page.Add($"""
            <p class="over">campaign <span>{record.Spec.Name}</span></p>
            <h1>{CampaignText.Phase(record)}: {CampaignText.Progress(record)}</h1>

            """);
        Best(page, record);
        page.Add($"""
            <section><h2>Best over device time</h2>
            <p class="about">Each dot is a point that came to its end, in the colour of the algorithm that won, at the device time that it
            and those before it took; the line is the best by then.</p>
            <div id="best"></div></section>
            <section><h2>Parallel coordinates</h2>
            <p class="about">A line for each point that came to something, in the colour of the algorithm that won; drag along an axis to
            pick a range.</p>
            <div id="space"></div></section>

            """);
        ImportanceSection.Add(page, record);
        WinnersSection.Add(page, record);
        LearningSection.Add(page, record);
        return ReportFrame.End(page, Script, CampaignReportData.FromRecord(record));
    }

    private static void Best(Html page, CampaignRecord record)
    {
        var points = record.Points.Where(p => p.Loss(record.Spec.Goal) is { } loss && double.IsFinite(loss))
            .OrderBy(p => p.Loss(record.Spec.Goal)).Take(BestPoints).ToList();
        page.Add($"<section><h2>Best points</h2>\n<div class=\"wide\"><table><thead><tr><th>Point</th>");
        foreach (var parameter in record.Spec.Space.Parameters) page.Add($"<th>{parameter.Key}</th>");
        page.Add($"<th>Result</th><th class=\"n\">Time</th><th class=\"n\">Device time</th><th>Job</th></tr></thead><tbody>\n");
        foreach (var point in points)
        {
            page.Add($"<tr><td>{CampaignText.Number(point)}</td>");
            foreach (var value in point.Values) page.Add($"<td>{value}</td>");
            page.Add($"""
                <td>{CampaignText.Result(record, point.Result!)}{(point.GivenUp is null ? "" : ", stopped")}</td>
                <td class="n">{Wording.Duration(point.Result!.Seconds)}</td>
                <td class="n">{Wording.Duration(point.Result.DeviceSeconds)}</td><td>{point.Job}</td></tr>

                """);
        }
        page.Add($"</tbody></table></div></section>\n");
    }
}
