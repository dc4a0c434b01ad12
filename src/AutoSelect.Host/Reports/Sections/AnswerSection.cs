using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports.Sections;

/// <summary>The head of the page: what was asked and what came of it.</summary>
internal static class AnswerSection
{
    public static void Add(Html page, JobRecord record)
    {
        var answer = Answer.FromRecord(record);
        page.Add($"""
            <header>
            <p class="over"><span>{record.Spec.Name}</span> · {record.Spec.Workload.Name} · {Wording.Objective(record.Spec.Objective)}</p>
            <h1>{answer.Sentence}</h1>
            <p class="under"><span class="phase {record.Phase}">{Words(record.Phase)}</span> {Wording.Count(record.Trials.Length, "candidate")} · {Wording.Count(record.Rungs.Length, "rung")} · started {record.StartedAt.ToString("yyyy-MM-dd HH:mm 'UTC'zzz").Replace("UTC+00:00", "UTC", StringComparison.Ordinal)} · {Wording.Duration(record.ElapsedSeconds)} of wall clock<button id="theme" type="button" title="light or dark">◐</button></p>
            </header>

            """);
        if (record.Spec.Labels.TryGetValue(JobSpec.SimulatedLabel, out var simulated)) page.Add($"<p class=\"banner\"><b>Simulated:</b> {simulated}.</p>\n");
        if (record.Outcome is { Checkpoint: not null, Value: not null }) page.Add($"<p class=\"banner\">{record.Outcome.Summary}</p>\n");
        if (record.Notice.Length > 0) page.Add($"<p class=\"banner\">{record.Notice}</p>\n");
        if (record.Outcome is not { ObjectiveMet: true } && record.Rungs.LastOrDefault(r => !r.Forecasts.IsEmpty) is { Feasible: false } rung) page.Add($"<p class=\"banner\"><b>The objective looked infeasible</b> at rung {rung.Rung}: {rung.Summary}</p>\n");
        page.Add($"<section class=\"figures\" aria-label=\"answer\">\n");
        foreach (var figure in answer.Figures)
            page.Add($"<div class=\"figure {figure.Mark}\"><h2>{figure.Label}</h2><p class=\"big\">{figure.Value}</p><p>{figure.Note}</p></div>\n");
        page.Add($"</section>\n");
    }

    private static string Words(JobPhase phase) => phase switch
    {
        JobPhase.Waiting => "waiting",
        JobPhase.Probing => "running",
        JobPhase.Committed => "running, committed",
        JobPhase.Exporting => "writing its answer",
        JobPhase.Paused => "paused",
        JobPhase.Cancelled => "cancelled",
        JobPhase.Completed => "completed",
        _ => "failed",
    };
}
