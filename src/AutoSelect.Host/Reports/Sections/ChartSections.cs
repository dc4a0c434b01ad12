using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports.Sections;

/// <summary>The places that the report's module draws into, with their controls and what is to be seen there.</summary>
internal static class ChartSections
{
    public static void AddCurves(Html page, JobRecord record)
    {
        page.Add($"<section><h2>Learning curves</h2>\n");
        if (record.Trials.All(t => t.Curve.IsEmpty))
        {
            page.Add($"<p class=\"empty\">No candidate has been evaluated{(record.Trials.Any(t => t.State == TrialState.Failed) ? ": all that ran failed before" : " yet")}.</p></section>\n");
            return;
        }
        page.Add($"""
            <p class="about">Values of {record.Spec.Objective.Metric} on the validation data. Bands are the forecasts (50 % and 90 % intervals) of the candidates in colour as they stood at the rung you pick. Click a name to colour it; Ctrl and the wheel zoom.</p>
            <div class="controls">
            <span id="curve-x"></span><span id="curve-y"></span>
            <label id="rungs">forecast at rung <input type="range" id="rung" min="0" max="{Math.Max(0, record.Rungs.Length - 1)}" value="{LastInformative(record)}"><output id="rung-now"></output></label>
            </div>
            <div class="chips" id="chips"></div>
            <div id="curves"></div></section>

            """);
    }

    public static void AddPlane(Html page, JobRecord record)
    {
        if (record.Trials.All(t => t.Curve.IsEmpty)) return;
        page.Add($"""
            <section><h2>Speed and accuracy</h2>
            <p class="about">Best value measured over the training time it took, over that of one pass over the data, or the value at the end as each last forecast saw it, with its 90 % interval. The line joins the Pareto front: nothing is both faster and better.</p>
            <div class="controls" id="plane-of"></div>
            <div id="plane"></div></section>

            """);
    }

    public static void AddTimeline(Html page, JobRecord record)
    {
        page.Add($"<section><h2>Device timeline</h2>\n");
        if (record.Trials.All(t => t.Segments.IsEmpty)) page.Add($"<p class=\"empty\">Nothing has run yet.</p></section>\n");
        else page.Add($"<p class=\"about\">Segments by device over the job's wall clock; dotted lines are rungs, the solid one the commit.</p><div id=\"timeline\"></div></section>\n");
    }

    /// <summary>The rung of the first commit, where the forecasts are worth looking at; the last one with forecasts otherwise.</summary>
    private static int LastInformative(JobRecord record)
    {
        var wanted = record.Commits.IsEmpty ? int.MaxValue : record.Commits[0].Rung;
        return Math.Max(0, record.Rungs.Select((r, i) => (r, i)).Where(r => r.r.Rung <= wanted && !r.r.Forecasts.IsEmpty).Select(r => r.i).DefaultIfEmpty(0).Max());
    }
}
