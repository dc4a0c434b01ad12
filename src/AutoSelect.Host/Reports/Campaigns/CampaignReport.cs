using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands.Campaigns;
using AutoSelect.Web;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>The report of a campaign: one HTML file that needs no network, no other file and no script.</summary>
internal static class CampaignReport
{
    private const int BestPoints = 10;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(CampaignRecord record, string path) => HtmlReport.Write(Render(record), path);

    /// <summary>The page for a campaign in any phase.</summary>
    public static string Render(CampaignRecord record)
    {
        var page = new Html();
        page.Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{record.Spec.Name} · AutoSelect</title>
            <link rel="icon" href="data:,">
            <style>
            {new Markup(WebFile.All["tokens.css"].Text)}{new Markup(ReportAssets.Text("report.css"))}
            svg text {"{"} fill: var(--soft); font: 11px system-ui, sans-serif; {"}"} svg .axis {"{"} stroke: var(--faint); {"}"}
            </style>
            </head>
            <body>
            <main>
            <p class="over">campaign <span>{record.Spec.Name}</span></p>
            <h1>{CampaignText.Phase(record)}: {CampaignText.Progress(record)}</h1>

            """);
        Best(page, record);
        page.Add($"{ValuePlot.Draw(record)}{ParallelPlot.Draw(record)}");
        ImportanceSection.Add(page, record);
        WinnersSection.Add(page, record);
        LearningSection.Add(page, record);
        page.Add($"</main>\n</body>\n</html>\n");
        return page.ToString();
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
