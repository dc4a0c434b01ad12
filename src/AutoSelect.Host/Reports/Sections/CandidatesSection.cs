using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.EarlierJobs;

namespace AutoSelect.Host.Reports.Sections;

/// <summary>Every candidate and what became of it.</summary>
internal static class CandidatesSection
{
    public static void Add(Html page, JobRecord record, JobStanding? standing)
    {
        var objective = record.Spec.Objective;
        var roles = Roles.FromRecord(record);
        page.Add($"""
            <section><h2>Candidates</h2>
            <p class="about">Times are training seconds on one device; charged adds evaluation, loading and saving. Click a heading to sort.</p>
            <div class="wide{(record.Trials.Length > 40 ? " long" : "")}"><table class="sortable"><thead><tr><th>Trial</th><th>Candidate</th><th>State</th><th class="n">Best {objective.Metric}</th><th class="n">at</th><th class="n">Epochs</th><th class="n">Step</th><th class="n">Charged</th><th class="n">P(best)</th></tr></thead><tbody>

            """);
        foreach (var trial in record.Trials.OrderBy(t => Rank(record, roles, t))) AddRow(page, record, roles, trial, standing);
        page.Add($"</tbody></table></div></section>\n");
    }

    private static void AddRow(Html page, JobRecord record, Roles roles, Trial trial, JobStanding? standing)
    {
        var best = CurveReading.Best(trial, record.Spec.Objective);
        var value = best?.Deliverable(record.Spec.Objective.Direction);
        var step = trial.Segments.Select(s => s.ToStep).Concat(trial.Curve.Select(p => p.Step)).DefaultIfEmpty().Max();
        var epochs = (double)step / LearningRateSchedule.StepsPerEpoch(record.Spec.TrainingExamples, trial.Candidate.BatchSize);
        var probability = SpeedAccuracy.LastForecast(record, trial.Id)?.ProbabilityOfBest;
        var badges = Html.Each(roles.Words(record, trial.Id), (h, word) => h.Add($" <span class=\"badge {word.Replace(' ', '-')}\">{word}</span>"));
        page.Add($"""
            <tr><td>{trial.Id}</td><td><b>{trial.Candidate.Name}</b>{badges}<small>{trial.Candidate.Strategy}, batch {trial.Candidate.BatchSize}, {Wording.Candidate(trial.Candidate)}</small>{EarlierRuns(standing, trial.Candidate)}</td>
            <td><span class="state {trial.State}">{trial.State}</span><small>{trial.Reason}{Restarts(trial)}</small></td>
            <td class="n" data-key="{value}">{Wording.Value(value)}</td><td class="n" data-key="{best?.DeviceSeconds}">{(best is null ? "–" : Wording.Duration(best.DeviceSeconds))}</td>
            <td class="n" data-key="{epochs}">{Wording.Number(epochs, 3)}<small>of {Wording.Number(trial.Candidate.Schedule.HorizonEpochs, 3)}</small></td>
            <td class="n" data-key="{trial.StepTime?.LowerQuartileSeconds}">{(trial.StepTime is { } t ? Wording.StepTime(t.LowerQuartileSeconds) : "–")}</td>
            <td class="n" data-key="{trial.ChargedSeconds}">{Wording.Duration(trial.ChargedSeconds)}</td><td class="n" data-key="{probability}">{(probability is { } p ? Wording.Percent(p) : "–")}</td></tr>

            """);
    }

    private static Markup EarlierRuns(JobStanding? standing, Candidate candidate) => standing is null ? new("")
        : new Html().Add($"<small>earlier runs: {StandingText.Candidate(standing, candidate)}</small>").ToMarkup();

    private static string Restarts(Trial trial) => trial.Restarts == 0 ? "" : $" Started again {Wording.Count(trial.Restarts, "time")} after its device was lost.";

    private static int Rank(JobRecord record, Roles roles, Trial trial) =>
        trial.Id == roles.Winner ? 0 : trial.Id == roles.RunnerUp ? 1 : trial.Id == roles.Baseline ? 2 : record.Commits.Any(c => c.Winner == trial.Id) ? 3 : 4;
}
