using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning.EarlierJobs;

namespace AutoSelect.Host.Reports;

/// <summary>On how many earlier runs a job's choices stand, in words.</summary>
internal static class StandingText
{
    /// <summary>
    /// Where the order of the challengers comes from: "shipped prior, 2,381 curves of 17 workloads; this store: no runs yet".
    /// </summary>
    public static string Order(JobStanding standing)
    {
        if (standing is { ShippedRuns: 0, StoreRuns: 0 }) return "not known: there are no earlier runs";
        if (!standing.OrdersChallengers) return "not known: earlier runs say who reaches a target, and this job has none";
        return standing.ShippedRuns == 0 ? Store(standing)
            : $"shipped prior, {Number(standing.ShippedRuns)} curves of {Wording.Count(standing.ShippedWorkloads, "workload")}; "
                + Store(standing);
    }

    /// <summary>What is known of one candidate: "sgd in 16 shipped runs and 3 of this store, 1 with these values".</summary>
    public static string Candidate(JobStanding standing, Candidate candidate)
    {
        if (!standing.Candidates.TryGetValue(candidate.Name, out var known)) return "";
        var (shipped, store) = (known.Shipped, known.Store);
        var runs = shipped.Strategy + store.Strategy;
        if (runs == 0)
            return shipped.Kind + store.Kind is var like and > 0 ? $"no run of {candidate.Strategy}, {Number(like)} of its kind"
                : $"no run of {candidate.Strategy} or its kind";
        var same = shipped.Candidate + store.Candidate;
        return $"{candidate.Strategy} in {Number(shipped.Strategy)} shipped runs and {Number(store.Strategy)} of this store, "
            + $"{(same == 0 ? "none" : Number(same))} with these values";
    }

    /// <summary>Whom they chose.</summary>
    /// <param name="record">The job.</param>
    /// <param name="choices">At least one.</param>
    public static string ByEarlierRuns(JobRecord record, IEnumerable<PriorChoice> choices) => "Begun on the word of earlier runs alone: "
        + string.Join(", ", choices.Select(c => $"{record[c.Trial].Candidate.Name} (rung {c.Rung})"));

    private static string Store(JobStanding standing) => standing.StoreRuns == 0 ? "this store: no runs yet"
        : $"this store: {Number(standing.StoreRuns)} runs, {Number(standing.StoreRunsOfWorkload)} of this workload";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
