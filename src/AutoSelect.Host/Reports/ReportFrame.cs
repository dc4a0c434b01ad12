using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Web;

namespace AutoSelect.Host.Reports;

/// <summary>What all reports are: one HTML file with its styles, the dashboard's modules that draw its plots, and their data.</summary>
internal static class ReportFrame
{
    /// <summary>A page up to its first section.</summary>
    /// <param name="title">Of what it reports.</param>
    /// <param name="script">The module that draws the plots, such as report/main.js.</param>
    public static Html Begin(string title, string script) => new Html().Add($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · AutoSelect</title>
        <link rel="icon" href="data:,">
        <style>{Web("tokens.css")}{Web("plots/plots.css")}{new Markup(ReportAssets.Text("report.css"))}</style>
        <script type="importmap">{new Markup(WebModules.ImportMap(script))}</script>
        </head>
        <body>
        <main>

        """);

    /// <summary>The whole page, with the data that its module draws.</summary>
    public static string End(Html page, string script, object data) => page.Add($"""
        </main>
        <noscript><p class="banner">The charts need JavaScript; all text and tables are here without it.</p></noscript>
        <script id="data" type="application/json">{Json(data)}</script>
        <script type="module">import "{WebModules.NameOf(script)}";</script>
        </body>
        </html>

        """).ToString();

    /// <summary>JSON that cannot end the script element it stands in: the serializer writes &lt;, &gt; and &amp; as \u escapes.</summary>
    private static Markup Json(object data) => new(JsonSerializer.Serialize(data, RecordJson.Options));

    private static Markup Web(string name) => new(WebFile.All[name].Text);
}
