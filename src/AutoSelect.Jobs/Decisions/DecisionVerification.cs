using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Decisions;

/// <summary>One stored decision computed again from what it was computed from.</summary>
/// <param name="Rung">Which.</param>
/// <param name="Event">Number of the event that stored it.</param>
/// <param name="Difference">Empty where it came out bit for bit; else what differs.</param>
public sealed record VerifiedDecision(int Rung, long Event, string Difference)
{
    public bool IsEqual => Difference.Length == 0;
}

/// <summary>Runs every stored decision of a job again from the events before it and compares.</summary>
public static class DecisionVerification
{
    /// <summary>All decisions of the policy; what a rule of the job decided stands by itself.</summary>
    /// <param name="events">Of one job, from the first on.</param>
    /// <param name="history">The history of a hash.</param>
    /// <param name="policy">The policy of a name.</param>
    public static IEnumerable<VerifiedDecision> Verify(
        IReadOnlyList<JobEvent> events, Func<string, SelectionHistory> history, Func<string, ISelectionPolicy> policy)
    {
        JobRecord? record = null;
        var known = new Dictionary<long, JobRecord>();
        var wanted = events.Select(e => (e.Change as JobDecided)?.Rung.Basis?.Event).OfType<long>().ToHashSet();
        foreach (var e in events)
        {
            if (e.Change is JobDecided { Rung.Basis: { } basis } stored)
                yield return Compare(stored, e.Number, known.GetValueOrDefault(basis.Event), basis, history, policy);
            record = JobFold.Apply(record, e);
            if (wanted.Contains(e.Number)) known[e.Number] = record;
        }
    }

    private static VerifiedDecision Compare(
        JobDecided stored, long number, JobRecord? before, DecisionBasis basis,
        Func<string, SelectionHistory> history, Func<string, ISelectionPolicy> policy)
    {
        VerifiedDecision Differs(string how) => new(stored.Rung.Rung, number, how);
        if (before is null) return Differs($"event {basis.Event}, which it was computed from, is not among the events before it");
        var judge = policy(basis.Policy);
        if (judge.Version != basis.PolicyVersion)
            return Differs($"policy {basis.Policy} is at version {judge.Version}, the decision was made by version {basis.PolicyVersion}");
        if (basis.EvidenceVersion != Evidence.Version)
            return Differs($"evidence is read at version {Evidence.Version}, the decision was made at version {basis.EvidenceVersion}");
        var (then, now) = (JsonSerializer.Serialize(stored, RecordJson.Options), JsonSerializer.Serialize(
            Judgement.Decide(before, basis, judge, history(basis.History)), RecordJson.Options));
        if (then == now) return Differs("");
        var at = Enumerable.Range(0, Math.Min(then.Length, now.Length)).TakeWhile(i => then[i] == now[i]).Count();
        return Differs($"stored …{Excerpt(then, at)}… but computed …{Excerpt(now, at)}…");
    }

    private static string Excerpt(string text, int at) => text[Math.Max(0, at - 30)..Math.Min(text.Length, at + 30)];
}
