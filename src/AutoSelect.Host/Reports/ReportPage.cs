using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Analysis;
using AutoSelect.Host.Reports.Sections;
using AutoSelect.Planning.EarlierJobs;

namespace AutoSelect.Host.Reports;

/// <summary>Puts the sections, the styles, the figures for the charts and the scripts into one page.</summary>
internal static class ReportPage
{
    public static string Render(JobRecord record, JobStanding? standing)
    {
        var calibration = Calibration.FromRecord(record);
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
            <style>{Asset("report.css")}</style>
            </head>
            <body>
            <main>

            """);
        AnswerSection.Add(page, record);
        CandidatesSection.Add(page, record, standing);
        ChartSections.AddCurves(page, record);
        ChartSections.AddPlane(page, record);
        ChartSections.AddTimeline(page, record);
        DecisionsSection.Add(page, record);
        CalibrationSection.Add(page, record, calibration);
        AccountingSection.Add(page, record);
        SurroundingsSection.Add(page, record, standing);
        page.Add($"""
            </main>
            <noscript><p class="banner">The charts need JavaScript; all text and tables are here without it.</p></noscript>
            <script id="data" type="application/json">{Json(ChartData.FromRecord(record, calibration))}</script>
            <script>{Asset("echarts.bundle.js")}</script>
            <script>{Asset("report.js")}</script>
            </body>
            </html>

            """);
        return page.ToString();
    }

    /// <summary>JSON that cannot end the script element it stands in: the serializer writes &lt;, &gt; and &amp; as \u escapes.</summary>
    private static Markup Json(object data) => new(JsonSerializer.Serialize(data, RecordJson.Options));

    private static Markup Asset(string name) => new(ReportAssets.Text(name));
}
