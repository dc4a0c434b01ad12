using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.History;

/// <summary>
/// What history says about candidates before they start: joint draws of the fraction of the horizon at which each reaches its
/// target. One draw is one earlier problem, so candidates keep their order and its difficulty; see <see cref="PriorSampler"/>.
/// </summary>
internal sealed class CandidatePrior
{
    /// <summary>Strategy of the baseline in problems that name none.</summary>
    private const string UsualBaseline = "nadamw";

    /// <summary>Joint draws that are kept for a list of candidates, of which those that still can be are taken.</summary>
    private const int Pool = 2000;

    /// <summary>Lists of candidates whose draws are kept.</summary>
    private const int MostPools = 32;

    private readonly ImmutableArray<PriorProblem> problems, solved;
    private readonly ConcurrentDictionary<string, double[][]> pools = new();

    /// <param name="problems">Each once.</param>
    /// <param name="solved">At their own targets, where somebody reached them; one without a target at several.</param>
    private CandidatePrior(ImmutableArray<PriorProblem> problems, ImmutableArray<PriorProblem> solved) =>
        (this.problems, this.solved) = (problems, solved);

    /// <summary>Null where no problem has a run that is known to have reached a target.</summary>
    public static CandidatePrior? Learn(IEnumerable<HistoryCurve> curves)
    {
        var groups = curves.GroupBy(c => (c.Source.Origin, c.Source.Suite, c.Source.Family, c.Source.Workload, c.Source.Problem))
            .OrderBy(g => g.Key.ToString(), StringComparer.Ordinal)
            .Select(g => PriorProblem.AtTargets(g, UsualBaseline).ToList()).ToList();
        ImmutableArray<PriorProblem> solved = [.. groups.SelectMany(g => g).Where(p => p.IsSolved)];
        return solved.IsEmpty ? null : new CandidatePrior([.. groups.Select(g => g[0])], solved);
    }

    /// <summary>
    /// Draws [candidates][samples] of the fraction of the horizon at which the target comes; infinite where it does not. Draws in which a
    /// candidate had arrived by now are left out: that nobody has arrived says that the problem is a hard one, to all of them.
    /// </summary>
    public double[][] Draw(PriorQuestion question, int samples)
    {
        var candidates = question.Candidates;
        var pool = PoolFor(question);
        var trained = Enumerable.Range(0, candidates.Count).Where(i => candidates[i].Trained > 0).ToArray();
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

    private double[][] PoolFor(PriorQuestion question)
    {
        var name = string.Join('\n',
        [
            FormattableString.Invariant($"{question.Seed}\t{question.Workload}\t{question.Baseline}\t{question.Objective}"),
            .. question.Candidates.Select(c => FormattableString.Invariant($"{c.Key}\t{c.Strategy}\t{c.BatchSize}\t{c.HorizonSteps}")),
        ]);
        if (pools.Count >= MostPools && !pools.ContainsKey(name)) pools.Clear();
        return pools.GetOrAdd(name, _ => Joint(question));
    }

    private double[][] Joint(PriorQuestion question)
    {
        var home = problems.Where(p => p.Workload == question.Workload)
            .Select(p => p.At(question.Objective)).OfType<PriorProblem>().ToList();
        // What was measured on the same workload by another metric is one more problem of its family.
        var others = solved.Where(p => !home.Exists(h => h.IsOf(p))).ToList();
        var mixture = new PriorMixture(home, others, WorkloadLabel.Family(question.Workload), question.HorizonSteps);
        return new PriorSampler(question, mixture, solved).Joint(Pool, SeededNumbers.Named(question.Seed, "prior"));
    }
}
