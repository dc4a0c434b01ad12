namespace AutoSelect.Performance;

/// <summary>
/// min ‖Aθ - b‖² subject to θ ≥ 0, for a handful of unknowns: the active-set method of Lawson and Hanson (Solving Least Squares
/// Problems, 1974, ch. 23) on the normal equations, with columns scaled to length one.
/// </summary>
internal static class NonNegativeLeastSquares
{
    private const double Tolerance = 1e-12;

    /// <param name="rows">A [m, k].</param>
    /// <param name="right">b [m].</param>
    /// <returns>θ [k]; a column of zeros gets 0.</returns>
    public static double[] Solve(double[][] rows, double[] right)
    {
        var count = rows[0].Length;
        var scale = Enumerable.Range(0, count).Select(j => Math.Sqrt(rows.Sum(r => r[j] * r[j]))).ToArray();
        var gram = SymmetricSystem.Gram(rows, scale);
        var projected = Enumerable.Range(0, count)
            .Select(j => scale[j] > 0 ? rows.Zip(right, (r, b) => r[j] * b).Sum() / scale[j] : 0).ToArray();
        var solution = new double[count];
        var passive = new List<int>();
        var refused = new HashSet<int>();
        while (Enter() is { } entering)
        {
            passive.Add(entering);
            var trial = SymmetricSystem.Solve(gram, projected, passive);
            if (trial is null || trial[^1] <= 0)
            {
                // A column in the span of the others, or one that rounding alone made look useful.
                passive.RemoveAt(passive.Count - 1);
                refused.Add(entering);
                continue;
            }
            refused.Clear();
            while (trial.Any(t => t <= 0))
            {
                var step = passive.Select((j, i) => trial[i] <= 0 ? solution[j] / (solution[j] - trial[i]) : 1).Min();
                for (var i = 0; i < passive.Count; i++) solution[passive[i]] += step * (trial[i] - solution[passive[i]]);
                foreach (var j in passive.Where(j => solution[j] <= Tolerance)) solution[j] = 0;
                passive.RemoveAll(j => solution[j] == 0);
                trial = SymmetricSystem.Solve(gram, projected, passive)!; // a part of a regular system is regular
            }
            for (var i = 0; i < passive.Count; i++) solution[passive[i]] = trial[i];
        }
        return [.. solution.Select((s, j) => scale[j] > 0 ? s / scale[j] : 0)];

        int? Enter()
        {
            var gradients = Enumerable.Range(0, count).Where(j => scale[j] > 0 && !passive.Contains(j) && !refused.Contains(j))
                .Select(j => (Index: j, Gradient: projected[j] - Enumerable.Range(0, count).Sum(l => gram[j, l] * solution[l])))
                .Where(g => g.Gradient > Tolerance * Math.Max(1, Math.Abs(projected[g.Index])))
                .OrderByDescending(g => g.Gradient).ToArray();
            return gradients.Length > 0 ? gradients[0].Index : null;
        }
    }
}
