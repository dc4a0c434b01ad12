using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;

namespace AutoSelect.Planning.EarlierJobs;

/// <summary>On which earlier runs stands what a job believes of its candidates before they begin.</summary>
public sealed record JobStanding
{
    /// <summary>True where earlier runs say whom to try first: they know who reaches a target, and nothing of other objectives.</summary>
    public required bool OrdersChallengers { get; init; }

    /// <summary>Runs of the prior that comes with AutoSelect; 0 where the job does without.</summary>
    public required int ShippedRuns { get; init; }

    /// <summary>Workloads of these runs.</summary>
    public required int ShippedWorkloads { get; init; }

    /// <summary>Runs of the store's earlier jobs, and of recordings taken into it.</summary>
    public required int StoreRuns { get; init; }

    /// <summary>Those of them on the job's own workload.</summary>
    public required int StoreRunsOfWorkload { get; init; }

    /// <summary>The same by the candidate's name.</summary>
    public required ImmutableSortedDictionary<string, PriorStanding> Candidates { get; init; }

    /// <param name="history">What the job learned from.</param>
    /// <param name="spec">The job.</param>
    public static JobStanding FromHistory(SelectionHistory history, JobSpec spec)
    {
        var shipped = history.All.Where(c => c.Origin is not null).ToArray();
        var label = spec.Workload.Label;
        return new JobStanding
        {
            OrdersChallengers = spec.Objective.Kind == ObjectiveKind.FastestTo && !history.IsEmpty,
            ShippedRuns = shipped.Length,
            ShippedWorkloads = shipped.Select(c => c.Workload).Distinct().Count(),
            StoreRuns = history.All.Length - shipped.Length,
            StoreRunsOfWorkload = history.All.Count(c => c.Origin is null && c.Workload == label),
            Candidates = spec.Candidates.ToImmutableSortedDictionary(
                c => c.Name, c => history.Standing(c, label), StringComparer.Ordinal),
        };
    }
}
