using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Reports;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>What jobs taught, and what that saved.</summary>
internal static class LearningSection
{
    public static void Add(Html page, CampaignRecord record)
    {
        if (record.Spec.Learning is not { } rule) return;
        page.Add($"<section><h2>What jobs taught</h2>\n<p class=\"about\">Every job in {rule.OriginalEvery} ran the template as it "
            + $"is; the others tried as few candidates as hold the winner with {Wording.Percent(rule.Coverage)}, by the jobs nearest to "
            + $"them.</p>\n");
        foreach (var promoted in record.Promotions)
            page.Add($"<p>{Arms.Name(record.Arms, promoted.To)} took the place of {Arms.Name(record.Arms, promoted.From)} as baseline "
                + $"after it won {promoted.Wins} of {promoted.Wins + promoted.Losses} jobs against it.</p>\n");
        page.Add($"""
            <div id="probes"></div>
            <div class="wide"><table><thead><tr><th>Points</th><th class="n">Candidates tried</th>
            <th class="n">Device time, learned</th><th class="n">Device time, template</th>
            <th class="n">Time, learned</th><th class="n">Time, template</th></tr></thead><tbody>

            """);
        foreach (var s in LearningCourse.Of(record))
            page.Add($"""
                <tr><td>{s.From} to {s.To}</td>
                <td class="n">{(s.Candidates is { } c ? Wording.Number(c, 3) : "–")} of {record.Arms.Length}</td>
                {Cell(s.LearnedDeviceSeconds, s.Learned)}{Cell(s.OriginalDeviceSeconds, s.Original)}
                {Cell(s.LearnedSeconds, s.Learned)}{Cell(s.OriginalSeconds, s.Original)}</tr>

                """);
        page.Add($"</tbody></table></div>\n<p class=\"about\">Means per job, with the number of jobs; time is that to the target where "
            + $"there is one, else to the job's end.</p></section>\n");
    }

    private static Markup Cell(double? seconds, int jobs) =>
        new Html().Add($"<td class=\"n\">{(seconds is { } s ? $"{Wording.Duration(s)} ({jobs})" : "–")}</td>").ToMarkup();
}
