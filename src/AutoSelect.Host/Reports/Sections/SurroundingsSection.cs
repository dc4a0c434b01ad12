using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Web;

namespace AutoSelect.Host.Reports.Sections;

/// <summary>What the figures rest on: devices, what was simulated, the job as it was submitted, and how to see it again.</summary>
internal static class SurroundingsSection
{
    public static void Add(Html page, JobRecord record, JobStanding? standing)
    {
        var isElsewhere = record.Spec.Workload.IsElsewhere;
        var simulated = record.Spec.Labels.TryGetValue(JobSpec.SimulatedLabel, out var what) ? what : isElsewhere ? "nothing; every figure but the forecasts was told by the clients that trained elsewhere" : "nothing; every figure but the forecasts was measured on these devices";
        page.Add($"<section><h2>Devices and job</h2>\n<dl><dt>Simulated</dt><dd>{simulated}</dd>\n");
        page.Add($"<dt>Devices</dt><dd>{(record.Devices.IsEmpty ? new Markup("none joined") : Html.Each(record.Devices, (h, d) => h.Add($"<div>{d.Id}: {d.Kind}, {d.Model}, on {d.Host}{(d.SimulatedLink.Length > 0 ? $"; network between ranks simulated: {d.SimulatedLink}" : "")}</div>")))}</dd>\n");
        page.Add($"<dt>Workload</dt><dd>{record.Spec.Workload.Name}{(isElsewhere ? ", trained elsewhere" : "")}{Options(record.Spec.Workload)}; {record.Spec.TrainingExamples} training examples</dd>\n");
        page.Add($"<dt>Selection</dt><dd>policy {record.Spec.Policy}, confidence {Wording.Percent(record.Spec.Confidence)}, insured for {Wording.Percent(record.Spec.Probe.Insurance)} of the baseline's time, a borrowed device's second worth {Wording.Number(record.Spec.Probe.Price)} s, seed {record.Spec.Seed}</dd>\n");
        if (standing is not null) page.Add($"<dt>Order of challengers</dt><dd>{StandingText.Order(standing)}{ByEarlierRuns(record)}</dd>\n");
        page.Add($"<dt>Folder</dt><dd><code>{record.Folder}</code></dd>\n");
        if (record.Outcome?.FinalWeights is { } weights) page.Add($"<dt>Weights</dt><dd><code>{weights}</code></dd>\n");
        page.Add($"<dt>See it again</dt><dd><code>autoselect explain {record.Id}</code>, <code>autoselect report {record.Id}</code>; train it again with <code>autoselect run</code> and the same job file: equal candidates train bit-identically on one kind of device, times differ</dd></dl>\n");
        page.Add($"<details><summary>The job as it was submitted (JSON)</summary><pre>{JsonSerializer.Serialize(record.Spec, RecordJson.Indented)}</pre></details>\n");
        page.Add($"<details><summary>Parts of others in this page</summary><pre>{WebFile.All["vendor/THIRD-PARTY-NOTICES.txt"].Text}</pre></details></section>\n");
    }

    private static string ByEarlierRuns(JobRecord record) =>
        PriorChoices.FromRecord(record) is { IsEmpty: false } choices ? $". {StandingText.ByEarlierRuns(record, choices)}." : "";

    private static string Options(WorkloadReference workload) =>
        string.Concat(workload.Options.Select(o => $", {o.Key} {o.Value}")) + (workload.Assembly is { } assembly ? $", from {assembly}" : "");
}
