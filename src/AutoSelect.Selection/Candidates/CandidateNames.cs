using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>
/// Names candidates by what sets them apart from the others of their job: strategy and batch size, then what is not at its default, and of
/// those that are alike in that the hyperparameters that tell them apart, as in sgd-b128-lr0.15. The one with the strategy's own values
/// keeps the plain name, so that it does not change with what is tried beside it.
/// </summary>
internal sealed class CandidateNames
{
    private readonly bool isLengthTold;
    private readonly HashSet<string> taken;
    private readonly Dictionary<string, List<Candidate>> alike;

    /// <param name="isLengthTold">True where the job crosses several run lengths.</param>
    /// <param name="known">Candidates that have their names.</param>
    public CandidateNames(bool isLengthTold, ImmutableArray<Candidate> known)
    {
        this.isLengthTold = isLengthTold;
        taken = known.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        alike = known.GroupBy(Plain).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
    }

    /// <summary>Names more candidates, in their order; those named before keep their names.</summary>
    /// <param name="candidates">Without names, all different.</param>
    /// <param name="strategies">Their descriptions.</param>
    public ImmutableArray<Candidate> Give(IReadOnlyList<Candidate> candidates, IReadOnlyList<StrategyDescription> strategies)
    {
        var named = candidates.ToArray();
        foreach (var group in Enumerable.Range(0, named.Length).GroupBy(i => Plain(candidates[i])))
        {
            if (!alike.TryGetValue(group.Key, out var all)) alike[group.Key] = all = [];
            all.AddRange(group.Select(i => candidates[i]));
            var strategy = strategies.First(s => s.Name == all[0].Strategy);
            var marks = new DistinguishingMarks(strategy, all);
            foreach (var i in group)
                if (all.Count == 1 || marks.IsUsual(candidates[i])) named[i] = Named(candidates[i], group.Key);
            foreach (var i in group.Where(i => named[i].Name.Length == 0))
                named[i] = Named(candidates[i], group.Key + marks.Suffix(candidates[i]));
        }
        return [.. named];
    }

    private Candidate Named(Candidate candidate, string name)
    {
        var unique = name;
        for (var n = 2; !taken.Add(unique); n++) unique = $"{name}-{n}";
        return candidate with { Name = unique };
    }

    private string Plain(Candidate candidate) => string.Concat(
    [
        $"{candidate.Strategy}-b{candidate.BatchSize}",
        isLengthTold ? $"-e{candidate.Schedule.HorizonEpochs.ToString("0.##", CultureInfo.InvariantCulture)}" : "",
        candidate.Precision == "fp32" ? "" : $"-{candidate.Precision}",
        candidate.Ranks == 1 ? "" : $"-r{candidate.Ranks}-{candidate.Communication}",
        .. candidate.Modifiers.Given().Select(m => $"-{m.Key.ToLowerInvariant()}{(m.Value == "true" ? "" : m.Value)}"),
        candidate.Continues is { } from ? $"-after{from.At.ToString("0.###", CultureInfo.InvariantCulture)}-{from.Candidate}" : "",
    ]);
}
