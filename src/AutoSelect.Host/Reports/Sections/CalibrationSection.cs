using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Reports.Sections;

/// <summary>The forecasts made along the way against what came.</summary>
internal static class CalibrationSection
{
    public static void Add(Html page, JobRecord record, Calibration calibration)
    {
        page.Add($"<section><h2>Were the forecasts right?</h2>\n");
        if (calibration.Values.IsEmpty && calibration.Times.IsEmpty)
        {
            page.Add($"<p class=\"empty\">No forecast has met its truth yet: {(calibration.Forecasts == 0 ? "none was made" : $"none of {calibration.Forecasts} can be judged")}.</p></section>\n");
            return;
        }
        page.Add($"""
            <p class="about">Each forecast counts once, at the farthest step its trial went on to reach; its interval should hold the truth in 50 % and 90 % of cases. Forecasts of one trial depend on each other, and only candidates that looked good were trained on, so read small counts as hints.</p>
            <div class="wide"><table class="plain"><thead><tr><th>Forecast of</th><th class="n">judged</th><th class="n">trials</th><th class="n">in the 50 % interval</th><th class="n">in the 90 % interval</th></tr></thead><tbody>

            """);
        AddRow(page, record.Spec.Objective.Metric, calibration.Values, calibration.Forecasts);
        if (calibration.TimeForecasts > 0) AddRow(page, "time to the target", calibration.Times, calibration.TimeForecasts);
        page.Add($"</tbody></table></div>\n");
        if (!calibration.Values.IsEmpty && !calibration.Times.IsEmpty)
            page.Add($"<div class=\"controls\" id=\"calibration-of\"></div>\n");
        page.Add($"<div id=\"calibration\"></div></section>\n");
    }

    private static void AddRow(Html page, string what, ImmutableArray<CalibrationPair> pairs, int made) =>
        page.Add($"<tr><td>{what}</td><td class=\"n\">{pairs.Length} of {made}</td><td class=\"n\">{pairs.Select(p => p.Trial).Distinct().Count()}</td><td class=\"n\">{Text(Calibration.Covered50(pairs))}</td><td class=\"n\">{Text(Calibration.Covered90(pairs))}</td></tr>\n");

    private static string Text(Coverage coverage) => coverage.Share is not { } share ? "–"
        : coverage.Count < 5 ? $"{coverage.Hits} of {coverage.Count}, too few to say"
        : $"{coverage.Hits} of {coverage.Count} = {Wording.Percent(share)} (95 % range {Wording.Percent(coverage.Range.Low)} to {Wording.Percent(coverage.Range.High)})";
}
