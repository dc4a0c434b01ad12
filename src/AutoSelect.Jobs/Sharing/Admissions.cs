using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>Which jobs may start. Nothing is refused here: who may not, waits. Pure.</summary>
internal static class Admissions
{
    /// <summary>Admits in the order of fairness, as far as quotas go.</summary>
    /// <param name="facts">The pool.</param>
    /// <param name="order">Who is first.</param>
    /// <param name="waits">Gets why who is not admitted waits.</param>
    public static ImmutableArray<StatedDemand> Choose(PoolFacts facts, FairOrder order, Dictionary<JobId, string> waits)
    {
        var waiting = facts.Demands.Where(d => d.AdmittedAt is null).ToList();
        if (waiting.Count == 0) return [];
        var running = new Dictionary<Account, int>();
        // Whoever is admitted will hold what it needs at least: the next one is chosen as if it did.
        var claims = new Tally(facts.Devices);
        var usual = facts.UsualKind();
        void Admit(StatedDemand stated)
        {
            var (project, user) = Account.Of(stated.Demand);
            running[project] = running.GetValueOrDefault(project) + 1;
            running[user] = running.GetValueOrDefault(user) + 1;
            var missing = stated.Demand.Least - claims.Held(stated.Job);
            if (missing > 0) claims.Add(stated.Demand, stated.Demand.Class ?? usual, missing);
        }
        foreach (var stated in facts.Demands.Where(d => d.AdmittedAt is not null)) Admit(stated);
        var admitted = ImmutableArray.CreateBuilder<StatedDemand>();
        while (true)
        {
            for (var i = waiting.Count - 1; i >= 0; i--)
            {
                if (Quotas.OnJob(facts, waiting[i].Demand, a => running.GetValueOrDefault(a)) is not { } block) continue;
                waits[waiting[i].Job] = block.Reason;
                waiting.RemoveAt(i);
            }
            if (waiting.Count == 0) return admitted.ToImmutable();
            var next = waiting.MinBy(d => order.PlaceOf(d, claims))!;
            waiting.Remove(next);
            Admit(next);
            admitted.Add(next);
        }
    }
}
