using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Host.Commands.Campaigns;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>Which algorithm won where.</summary>
internal static class WinnersSection
{
    public static void Add(Html page, CampaignRecord record)
    {
        var won = record.Points.Where(p => p.Result is { Winner: not null, Phase: JobPhase.Completed }).ToList();
        page.Add($"<section><h2>Which algorithm won where</h2>\n<div id=\"wins\"></div>\n");
        if (won.Count == 0)
        {
            page.Add($"<p class=\"empty\">No job has a winner yet.</p></section>\n");
            return;
        }
        var groups = won.GroupBy(p => CampaignText.Winner(record, p.Result!)!).OrderByDescending(g => g.Count()).ToList();
        page.Add($"<div class=\"wide\"><table><thead><tr><th>Candidate</th><th class=\"n\">Jobs won</th>");
        foreach (var parameter in record.Spec.Space.Parameters) page.Add($"<th>{parameter.Key}, where it won</th>");
        page.Add($"</tr></thead><tbody>\n");
        foreach (var group in groups)
        {
            page.Add($"""
                <tr><td>{group.Key}</td>
                <td class="n">{group.Count()} of {won.Count}</td>

                """);
            for (var i = 0; i < record.Spec.Space.Parameters.Length; i++)
            {
                var (parameter, axis) = (record.Spec.Space.Parameters[i], i);
                var values = group.OrderBy(p => parameter.ShareOf(p.Values[axis])).Select(p => p.Values[axis]).ToList();
                var range = parameter.IsChoice ? string.Join(", ", values.GroupBy(v => v).Select(v => $"{v.Key} ({v.Count()})"))
                    : $"{values[0]} to {values[^1]}";
                page.Add($"<td>{range}</td>");
            }
            page.Add($"</tr>\n");
        }
        page.Add($"</tbody></table></div></section>\n");
    }
}
