using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Performance;

namespace AutoSelect.Planning.Trials;

/// <summary>What a job needs to know of its links and layers before it can say what more devices are worth.</summary>
internal static class RankForecasts
{
    /// <summary>Null where no run has several devices, or nothing was measured of links and layers.</summary>
    public static RankForecast? ForPlan(JobPlan plan, StepTimeModel model)
    {
        var most = plan.Spec.Candidates.ToDictionary(
            c => c.Name, c => Math.Max(c.Ranks, RankRules.CommitRanks(c, plan.Spec.Commit.Devices)));
        if (most.Values.All(n => n == 1)
            || plan.Inspection is not { Links: { } links, Workload: { Layers.IsDefaultOrEmpty: false } workload }) return null;
        return new RankForecast
        {
            Links = links,
            Layers = workload.Layers,
            Device = PlannedTrials.Kind(plan),
            Candidates = plan.Spec.Candidates.ToImmutableSortedDictionary(c => c.Name, c => Shared(c, most[c.Name], plan, model)),
        };
    }

    private static SharedCandidate Shared(Candidate candidate, int most, JobPlan plan, StepTimeModel model)
    {
        var can = PlannedTrials.Strategy(plan, candidate).Capabilities;
        double Seconds(int ranks) => model.Predict(PlannedTrials.Question(plan, candidate, ranks)).MedianSeconds;
        return new SharedCandidate
        {
            ComputeRatios = Enumerable.Range(1, most).Where(n => candidate.BatchSize % n == 0)
                .ToImmutableSortedDictionary(n => n, n => Seconds(n) / Seconds(1)),
            // Passes in parts, and passes that look at layers, send nothing before they have ended.
            Overlap = candidate.Modifiers.MicroBatch is not null || can.NeedsLayerCapture ? ExchangeOverlap.None
                : RankPlanner.Permitted(can, candidate.Modifiers.ClipNorm is not null).Max(),
        };
    }
}
