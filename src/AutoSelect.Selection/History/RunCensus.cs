using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>Counts earlier runs.</summary>
internal sealed class RunCensus
{
    private readonly Counts store, shipped;

    public RunCensus(ImmutableArray<RecordedCurve> curves) =>
        (store, shipped) = (new([.. curves.Where(c => c.Origin is null)]), new([.. curves.Where(c => c.Origin is not null)]));

    public PriorStanding Standing(Candidate candidate, string workload) =>
        new(store.For(candidate, workload), shipped.For(candidate, workload));

    private sealed class Counts(RecordedCurve[] curves)
    {
        private readonly Dictionary<string, int> candidates = curves.CountBy(CandidateKey.ForCurve).ToDictionary();
        private readonly Dictionary<string, int> strategies = curves.CountBy(c => c.Algorithm).ToDictionary();

        private readonly Dictionary<string, int> kinds =
            curves.CountBy(c => StrategyKind.Find(c.Algorithm) ?? c.Algorithm).ToDictionary();

        private readonly Dictionary<(string, string), int> workloads = curves.CountBy(c => (c.Algorithm, c.Workload)).ToDictionary();

        public RunCounts For(Candidate candidate, string workload) => new(
            workloads.GetValueOrDefault((candidate.Strategy, workload)), candidates.GetValueOrDefault(CandidateKey.ForCandidate(candidate)),
            strategies.GetValueOrDefault(candidate.Strategy),
            kinds.GetValueOrDefault(StrategyKind.Find(candidate.Strategy) ?? candidate.Strategy), curves.Length);
    }
}
