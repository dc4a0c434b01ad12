using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Sections;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Web;

namespace AutoSelect.Host.Reports;

/// <summary>Puts the sections, the styles, the figures for the charts and the scripts into one page.</summary>
internal static class ReportPage
{
    /// <summary>The module that draws the plots, with those of the dashboard.</summary>
    private const string Script = "report/main.js";

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
            <style>{Web("tokens.css")}{Web("plots/plots.css")}{Asset("report.css")}</style>
            <script type="importmap">{new Markup(WebModules.ImportMap(Script))}</script>
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
            <script id="data" type="application/json">{Json(ReportData.FromRecord(record))}</script>
            <script type="module">import "{WebModules.NameOf(Script)}";</script>
            </body>
            </html>

            """);
        return page.ToString();
    }

    /// <summary>JSON that cannot end the script element it stands in: the serializer writes &lt;, &gt; and &amp; as \u escapes.</summary>
    private static Markup Json(object data) => new(JsonSerializer.Serialize(data, RecordJson.Options));

    private static Markup Web(string name) => new(WebFile.All[name].Text);

    private static Markup Asset(string name) => new(ReportAssets.Text(name));
}
