using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports.Sections;

/// <summary>Every rung with what was decided, why, and on which numbers.</summary>
internal static class DecisionsSection
{
    public static void Add(Html page, JobRecord record)
    {
        page.Add($"<section id=\"decisions\"><h2>Decisions</h2>\n");
        if (record.Rungs.IsEmpty)
        {
            page.Add($"<p class=\"empty\">Nothing has been decided yet.</p></section>\n");
            return;
        }
        foreach (var commit in record.Commits)
            page.Add($"<p class=\"commit\"><b>{CommitText.How(record, commit)} {NameOf(record, commit.Winner)}</b> at {Wording.Duration(commit.At)}, rung {commit.Rung}{(commit.RunnerUp is { } second ? $", with {NameOf(record, second)} kept as runner-up" : "")}: {commit.Reason}</p>\n");
        page.Add($"""
            <div class="controls"><input type="search" id="filter" placeholder="filter by candidate or word"> <span id="kinds"></span> <span id="found"></span></div>

            """);
        foreach (var rung in record.Rungs.Reverse()) AddRung(page, record, rung);
        page.Add($"</section>\n");
    }

    private static void AddRung(Html page, JobRecord record, RungRecord rung)
    {
        var open = record.Commits.Any(c => c.Rung == rung.Rung) || rung == record.Rungs[^1];
        page.Add($"""
            <details class="rung"{new Markup(open ? " open" : "")}><summary><b>Rung {rung.Rung}</b> <span>{Wording.Duration(rung.DecidedAt)}</span> {rung.Summary}<small>{(rung.ExpectedSaving > 0 ? $"expected saving {Wording.Amount(rung.ExpectedSaving, rung.Unit)} · price {Wording.Amount(rung.PriceOfSaving, rung.Unit)} · " : "")}spent {Wording.Duration(rung.SpentDeviceSeconds)} of device time{(rung.Feasible ? "" : " · objective infeasible")}</small></summary>
            <table><tbody>

            """);
        foreach (var decision in rung.Decisions)
            page.Add($"<tr data-kind=\"{decision.Kind}\"><td><span class=\"kind {decision.Kind}\">{decision.Kind.ToString().ToLowerInvariant()}</span></td><td class=\"who\">{NameOf(record, decision.Trial)}</td><td>{decision.Reason}</td><td class=\"numbers\">{Numbers(decision)}</td></tr>\n");
        page.Add($"</tbody></table></details>\n");
    }

    private static Markup Numbers(Decision decision) =>
        Html.Each(decision.Numbers, (h, n) => h.Add($"<span>{Wording.Key(n.Key)} <b>{Wording.Number(n.Value, 3)}</b></span> "));

    private static string NameOf(JobRecord record, TrialId id) => record.Trials.FirstOrDefault(t => t.Id == id)?.Candidate.Name ?? id.Value;
}
