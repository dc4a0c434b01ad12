using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AutoSelect.Chaos.Checking;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Runs;

/// <summary>What is printed at the end of a run.</summary>
internal static class ResultTable
{
    public static string Write(Evidence evidence, ImmutableArray<RuleResult> results)
    {
        var text = new StringBuilder();
        void Row(string name, FormattableString value) => text.AppendLine($"| {name} | {value.ToString(CultureInfo.InvariantCulture)} |");
        text.AppendLine("| | |").AppendLine("|---|---|");
        var faults = evidence.Of(Whats.Fault, EntryKind.Done).ToList();
        var healed = evidence.Of(Whats.Healed, EntryKind.Note).Count();
        Row("faults done", $"{faults.Count}, made good {healed}");
        foreach (var kind in faults.CountBy(f => f.Key!).OrderBy(k => k.Key, StringComparer.Ordinal)) Row($"… {kind.Key}", $"{kind.Value}");
        foreach (var phase in evidence.Jobs.GroupBy(j => j.Phase).OrderBy(g => g.Key)) Row($"jobs {phase.Key}", $"{phase.Count()}");
        var changes = evidence.Jobs.SelectMany(j => j.Events.Select(e => e.Change)).ToList();
        Row("events", $"{changes.Count}");
        Row("points stored", $"{changes.OfType<SegmentReported>().Sum(r => r.Points.Length)}");
        Row("decisions", $"{changes.OfType<JobDecided>().Count()}");
        Row("segments, lost with their devices",
            $"{changes.OfType<SegmentStarted>().Count()}, {changes.OfType<SegmentEnded>().Count(e => e.End == SegmentEnd.DeviceLost)}");
        var asked = evidence.Of(Whats.Report, EntryKind.Asked).ToList();
        Row("reports, answered, by zombies",
            $"{asked.Count}, {evidence.Of(Whats.Report, EntryKind.Done).Count()}, {asked.Count(e => e.IsZombie == true)}");
        Row("events read, readings", $"{evidence.Of(Whats.Event, EntryKind.Done).Count()}, {Readings(evidence)}");
        var calls = evidence.Histories.Where(e => e.What is Whats.Submit or Whats.Request or Whats.Describe).ToList();
        int Count(EntryKind kind) => calls.Count(e => e.Kind == kind);
        Row("calls of clients done, refused, without an answer",
            $"{Count(EntryKind.Done)}, {Count(EntryKind.Refused)}, {Count(EntryKind.Unknown)}");
        var writes = evidence.Histories.Where(e => e.What == Whats.Write).ToList();
        Row("writes of a superseded silo (simulated), refused",
            $"{writes.Count(e => e.Kind == EntryKind.Asked)}, {writes.Count(e => e.Kind == EntryKind.Refused)}");
        Row("answers 500", $"{evidence.Histories.Count(e => e.Reason?.StartsWith("500", StringComparison.Ordinal) == true)}");
        Row("processes that ended by themselves", $"{evidence.Of(Whats.Exit, EntryKind.Note).Count()}");
        Seconds(evidence, Row);
        text.AppendLine().AppendLine("| rule | looked at | violations |").AppendLine("|---|---|---|");
        foreach (var result in results) text.AppendLine($"| {result.Rule} | {result.Looked} | {result.Violations.Count} |");
        foreach (var violation in results.SelectMany(r => r.Violations.Take(10)))
            text.AppendLine($"VIOLATION of \"{violation.Rule}\", {violation.About}: {violation.Message}");
        return text.ToString();
    }

    private static int Readings(Evidence evidence) =>
        evidence.Of(Whats.Event, EntryKind.Done).Select(e => (e.Client, e.Operation, e.Target)).Distinct().Count();

    /// <summary>What was trained and what was charged, by lease; zombies apart.</summary>
    private static void Seconds(Evidence evidence, Action<string, FormattableString> row)
    {
        var charged = SecondsRule.ChargedSeconds(evidence);
        var reports = evidence.Of(Whats.Report, EntryKind.Asked).Where(e => e.Token is not null).GroupBy(e => e.Token!.Value).ToList();
        double own = 0, zombie = 0;
        foreach (var token in reports)
        {
            var held = token.Where(e => e.IsZombie != true).Select(e => e.Seconds!.Value).DefaultIfEmpty(0).Max();
            (own, zombie) = (own + held, zombie + token.Max(e => e.Seconds!.Value) - held);
        }
        var ofSimulated = charged.Where(c => reports.Any(r => r.Key == c.Key)).Sum(c => c.Value.Seconds);
        row("simulated device seconds reported under a lease, charged", $"{own:0}, {ofSimulated:0} ({reports.Count} leases)");
        row("simulated device seconds of zombies, charged to nobody", $"{zombie:0}");
    }
}
