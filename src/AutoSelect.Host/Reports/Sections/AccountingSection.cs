using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Reports.Sections;

/// <summary>Where the device time went.</summary>
internal static class AccountingSection
{
    public static void Add(Html page, JobRecord record)
    {
        var accounting = Accounting.FromRecord(record);
        page.Add($"<section><h2>Accounting</h2>\n<p class=\"about\">{Wording.Duration(accounting.WallClock)} of wall clock on {Wording.Count(accounting.Devices, "device")}");
        if (accounting.Utilisation is { } used) page.Add($", which worked on the job {Wording.Percent(used)} of that time");
        if (record.Spec.Workload.IsElsewhere) page.Add($". All of it was trained elsewhere, as its clients told: no device of AutoSelect's was used, and no quota charged. Checkpoints are where the clients keep them.</p>\n");
        else page.Add($". Checkpoints take {Wording.Size(record.CheckpointBytes)}.</p>\n");
        page.Add($"<div class=\"wide\"><table class=\"sortable plain\"><thead><tr><th>Trial</th><th>Candidate</th><th class=\"n\">Segments</th><th class=\"n\">Training</th><th class=\"n\">Evaluation</th><th class=\"n\">Overhead</th><th class=\"n\">In all</th><th class=\"n\">Share</th></tr></thead><tbody>\n");
        foreach (var t in accounting.Trials.Where(t => t.Segments > 0))
            page.Add($"<tr><td>{t.Trial}</td><td>{record[t.Trial].Candidate.Name}</td><td class=\"n\" data-key=\"{t.Segments}\">{t.Segments}</td>{Cell(t.Training)}{Cell(t.Evaluation)}{Cell(t.Overhead)}{Cell(t.Total)}<td class=\"n\" data-key=\"{t.Total}\">{(accounting.Total > 0 ? Wording.Percent(t.Total / accounting.Total) : "–")}</td></tr>\n");
        page.Add($"</tbody><tfoot><tr><td></td><td>All</td><td class=\"n\">{accounting.Trials.Sum(t => t.Segments)}</td>{Cell(accounting.Training)}{Cell(accounting.Evaluation)}{Cell(accounting.Overhead)}{Cell(accounting.Total)}<td></td></tr>\n");
        page.Add($"<tr><td></td><td>{(record.Commit is null ? "of which finding out (nothing is chosen)" : "of which finding out (all but the winner)")}</td><td></td><td></td><td></td><td></td>{Cell(accounting.Probe)}<td class=\"n\">{Wording.Percent(accounting.ProbeShare)}</td></tr></tfoot></table></div></section>\n");
    }

    private static Markup Cell(double seconds) => new Html().Add($"<td class=\"n\" data-key=\"{seconds}\">{Wording.Duration(seconds)}</td>").ToMarkup();
}
