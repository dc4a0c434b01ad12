using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands.Campaigns;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>What points came to over the campaign's device time, and the best by then.</summary>
internal static class ValuePlot
{
    public static Markup Draw(CampaignRecord record)
    {
        var (goal, spent) = (record.Spec.Goal, 0.0);
        var points = new List<(double At, double Value, double Loss, CampaignPoint Point)>();
        foreach (var point in record.Points.Where(p => p.Result is not null))
        {
            spent += point.Result!.DeviceSeconds;
            if (point.Loss(goal) is { } loss && double.IsFinite(loss))
                points.Add((spent, goal == CampaignGoal.Time ? loss : point.Result.Value!.Value, loss, point));
        }
        var html = new Html();
        html.Add($"<section><h2>Value over device time</h2>\n<p class=\"about\">Each dot is a point at the device time by which it and "
            + $"those before it had been trained, by number; hollow ones were stopped. The line is the best by then.</p>\n");
        if (points.Count == 0) return html.Add($"<p class=\"empty\">No point has a result yet.</p></section>\n").ToMarkup();
        var plot = new Plot((0, Math.Max(1, spent)), Plot.Range(points.Select(p => p.Value)));
        var (best, line) = (double.PositiveInfinity, new List<string>());
        foreach (var (at, value, loss, point) in points)
        {
            if (loss < best)
            {
                if (line.Count > 0) line.Add($"{plot.X(at)},{line[^1].Split(',')[1]}");
                line.Add($"{plot.X(at)},{plot.Y(value)}");
                best = loss;
            }
            plot.Marks.Add($"<circle cx=\"{plot.X(at)}\" cy=\"{plot.Y(value)}\" r=\"4\" stroke=\"var(--c0)\" "
                + $"fill=\"{(point.GivenUp is null ? "var(--c0)" : "none")}\">"
                + $"<title>{CampaignText.Number(point)}: {string.Join(' ', point.Values)}: {Wording.Value(value)}</title></circle>\n");
        }
        line.Add($"{plot.X(Math.Max(1, spent))},{line[^1].Split(',')[1]}");
        plot.Marks.Add($"<polyline points=\"{string.Join(' ', line)}\" fill=\"none\" stroke=\"var(--c1)\" stroke-width=\"2\"/>\n");
        Func<double, string> text = goal == CampaignGoal.Time ? Wording.Duration : v => Wording.Value(v);
        var drawn = plot.ToMarkup("Value of each point over device time", "device time", Wording.Duration, text);
        return html.Add($"{drawn}</section>\n").ToMarkup();
    }
}
