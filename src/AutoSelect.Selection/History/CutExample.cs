namespace AutoSelect.Selection.History;

/// <summary>A finished curve as it was at a cut.</summary>
/// <param name="Gain">What came after: <see cref="CurveSituation.GainTo"/> of the final value.</param>
/// <param name="FinalRank">Rank among the problem's candidates at their ends, from 0, the best, to 1.</param>
internal sealed record CutExample(HistoryCurve Curve, CurveSituation Situation, double Gain, double FinalRank)
{
    public bool Arrives => double.IsFinite(Curve.HitAt);

    /// <summary>The examples of a cut; those that end before it are none.</summary>
    public static CutExample[] FromCurves(IReadOnlyList<HistoryCurve> curves, double cut)
    {
        var seen = curves.Select(c => (Curve: c, Count: c.Seen(cut))).Where(s => s.Count > 0 && s.Curve.X[^1] > cut);
        var examples = new List<CutExample>(curves.Count);
        foreach (var problem in seen.GroupBy(s => s.Curve.Source.Problem))
        {
            var standing = new ProblemStanding(problem.Select(s => s.Curve.Z[s.Count - 1]));
            var ranked = problem.Select(s => s.Curve).OrderBy(c => c.HitAt).ThenBy(c => c.Last).ToArray();
            foreach (var (curve, count) in problem)
            {
                var situation = CurveSituation.FromValues(
                    curve.X.AsSpan(0, count), curve.Z.AsSpan(0, count), curve.Target, CutForecaster.IsShare(curve), standing);
                var rank = ranked.Length < 2 ? 0.5 : Array.IndexOf(ranked, curve) / (ranked.Length - 1.0);
                examples.Add(new CutExample(curve, situation, situation.GainTo(curve.Last), rank));
            }
        }
        return [.. examples];
    }

    /// <summary>Numbers of the examples' families, from 0.</summary>
    public static int[] Groups(IReadOnlyList<CutExample> examples)
    {
        var numbers = new Dictionary<(string, string), int>();
        var groups = new int[examples.Count];
        for (var i = 0; i < groups.Length; i++)
        {
            var key = (examples[i].Curve.Source.Suite, examples[i].Curve.Source.Family);
            if (!numbers.TryGetValue(key, out groups[i])) groups[i] = numbers[key] = numbers.Count;
        }
        return groups;
    }
}
