using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands.Campaigns;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>Which algorithm won where.</summary>
internal static class WinnersSection
{
    private const int Colours = 8;

    public static void Add(Html page, CampaignRecord record)
    {
        var won = record.Points.Where(p => p.Result is { Winner: not null, Phase: JobPhase.Completed }).ToList();
        page.Add($"<section><h2>Which algorithm won where</h2>\n");
        if (won.Count == 0)
        {
            page.Add($"<p class=\"empty\">No job has a winner yet.</p></section>\n");
            return;
        }
        var groups = won.GroupBy(p => CampaignText.Winner(record, p.Result!)!).OrderByDescending(g => g.Count()).ToList();
        page.Add($"<div class=\"wide\"><table><thead><tr><th>Candidate</th><th class=\"n\">Jobs won</th>");
        foreach (var parameter in record.Spec.Space.Parameters) page.Add($"<th>{parameter.Key}, where it won</th>");
        page.Add($"</tr></thead><tbody>\n");
        foreach (var (group, index) in groups.Select((g, i) => (g, i)))
        {
            page.Add($"""
                <tr><td><span style="color:var(--c{index % Colours})">●</span> {group.Key}</td>
                <td class="n">{group.Count()} of {won.Count}</td>

                """);
            for (var i = 0; i < record.Spec.Space.Parameters.Length; i++)
            {
                var (parameter, axis) = (record.Spec.Space.Parameters[i], i);
                var values = group.OrderBy(p => parameter.ShareOf(p.Values[axis])).Select(p => p.Values[axis]).ToList();
                var range = parameter.IsChoice ? string.Join(", ", values.GroupBy(v => v).Select(v => $"{v} ({v.Count()})"))
                    : $"{values[0]} to {values[^1]}";
                page.Add($"<td>{range}</td>");
            }
            page.Add($"</tr>\n");
        }
        page.Add($"</tbody></table></div>\n{Plane(record, [.. groups.Select(g => g.Key)], won)}</section>\n");
    }

    /// <summary>The first two parameters as a plane, where there are two.</summary>
    private static Markup Plane(CampaignRecord record, List<string> names, List<CampaignPoint> won)
    {
        if (record.Spec.Space.Parameters.Length < 2) return new Markup("");
        var (first, second) = (record.Spec.Space.Parameters[0], record.Spec.Space.Parameters[1]);
        var plot = new Plot((0, 1), (0, 1));
        foreach (var point in won)
        {
            var (x, y) = (first.ShareOf(point.Values[0]), second.ShareOf(point.Values[1]));
            var colour = names.IndexOf(CampaignText.Winner(record, point.Result!)!) % Colours;
            plot.Marks.Add($"<circle cx=\"{plot.X(x)}\" cy=\"{plot.Y(y)}\" r=\"5\" fill=\"var(--c{colour})\">"
                + $"<title>{CampaignText.Number(point)}: {CampaignText.Winner(record, point.Result!)}</title></circle>\n");
        }
        return plot.ToMarkup($"Winners over {first.Key} and {second.Key}", $"{first.Key}; upwards: {second.Key}", first.At, second.At);
    }
}
