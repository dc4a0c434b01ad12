using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// What history says about candidates before they start: joint draws of the fraction of the horizon at which each reaches its
/// target. One draw is one earlier problem, so candidates keep their order and its difficulty; families count the same.
/// </summary>
internal sealed class CandidatePrior
{
    /// <summary>Chance that a draw takes the problem's run of the very candidate where there is one; else one of its strategy.</summary>
    private const double OwnShare = 0.5;

    /// <summary>Chance that a draw takes any run of the problem: a candidate may behave unlike its own past.</summary>
    private const double AnyShare = 0.1;

    /// <summary>Joint draws that are kept for a list of candidates, of which those that still can be are taken.</summary>
    private const int Pool = 2000;

    private readonly ImmutableArray<ImmutableArray<Problem>> families;
    private readonly ConcurrentDictionary<string, double[][]> pools = new();

    private CandidatePrior(ImmutableArray<ImmutableArray<Problem>> families) => this.families = families;

    public static CandidatePrior? Learn(ImmutableArray<RecordedCurve> curves)
    {
        var families = curves.Select(HistoryCurve.FromRecording).OfType<HistoryCurve>().Where(c => c.Target is not null)
            .GroupBy(c => (c.Source.Suite, c.Source.Family)).OrderBy(g => g.Key)
            .Select(g => g.GroupBy(c => c.Source.Problem).OrderBy(p => p.Key, StringComparer.Ordinal)
                .Where(p => p.Any(c => double.IsFinite(c.HitAt)))
                .Select(p => new Problem([.. p.OrderBy(c => c.Key, StringComparer.Ordinal)])).ToImmutableArray())
            .Where(problems => !problems.IsEmpty).ToImmutableArray();
        return families.IsEmpty ? null : new CandidatePrior(families);
    }

    /// <summary>True when at least half of the candidates are of strategies that problems with known outcomes had.</summary>
    public bool Knows(IReadOnlyCollection<string> strategies) =>
        2 * strategies.Count(s => families.Any(f => f.Any(p => p.Has(s)))) >= strategies.Count;

    /// <summary>
    /// Draws [candidates][samples] of the fraction of the horizon at which the target comes; infinite where it does not. Draws in which a
    /// candidate had arrived by now are left out: that nobody has arrived says that the problem is a hard one, to all of them.
    /// </summary>
    /// <param name="candidates">
    /// Key and strategy of each, and the fraction of its horizon that it has trained without reaching the target.
    /// </param>
    public double[][] Draw(ImmutableArray<(string Key, string Strategy, double Trained)> candidates, int samples, long seed)
    {
        var names = string.Join(
            '\n', candidates.Select(c => $"{c.Key}\t{c.Strategy}").Prepend(seed.ToString(CultureInfo.InvariantCulture)));
        var pool = pools.GetOrAdd(names, _ => Joint(candidates, SeededNumbers.Named(seed, "prior")));
        var trained = Enumerable.Range(0, candidates.Length).Where(i => candidates[i].Trained > 0).ToArray();
        int[] possible = [.. Enumerable.Range(0, Pool).Where(row => Array.TrueForAll(trained, i => pool[i][row] > candidates[i].Trained))];
        // What never happened before happens: then each is taken for itself.
        int[] rows = possible.Length > 0 ? possible : [.. Enumerable.Range(0, Pool)];
        return [.. candidates.Select((c, i) =>
        {
            var result = new double[samples];
            for (var s = 0; s < samples; s++)
                result[s] = pool[i][rows[(int)((long)s * rows.Length / samples)]] is var at && at > c.Trained ? at
                    : double.PositiveInfinity;
            return result;
        })];
    }

    private double[][] Joint(ImmutableArray<(string Key, string Strategy, double Trained)> candidates, SeededNumbers numbers)
    {
        var result = candidates.Select(_ => new double[Pool]).ToArray();
        for (var row = 0; row < Pool; row++)
        {
            var family = families[numbers.Below(families.Length)];
            var problem = family[numbers.Below(family.Length)];
            for (var i = 0; i < result.Length; i++) result[i][row] = problem.Draw(candidates[i].Key, candidates[i].Strategy, numbers);
        }
        return result;
    }

    private sealed class Problem
    {
        private readonly double[] all;
        private readonly Dictionary<string, double[]> byKey, byStrategy;

        public Problem(ImmutableArray<HistoryCurve> curves)
        {
            all = [.. curves.Select(c => c.HitAt)];
            byKey = curves.GroupBy(c => c.Key).ToDictionary(g => g.Key, g => g.Select(c => c.HitAt).ToArray());
            byStrategy = curves.GroupBy(c => c.Source.Algorithm).ToDictionary(g => g.Key, g => g.Select(c => c.HitAt).ToArray());
        }

        public bool Has(string strategy) => byStrategy.ContainsKey(strategy);

        public double Draw(string key, string strategy, SeededNumbers numbers)
        {
            var chance = numbers.Uniform();
            var from = chance < AnyShare ? all
                : chance < AnyShare + OwnShare && byKey.TryGetValue(key, out var own) ? own
                : byStrategy.TryGetValue(strategy, out var alike) ? alike : all;
            return from[numbers.Below(from.Length)];
        }
    }
}
