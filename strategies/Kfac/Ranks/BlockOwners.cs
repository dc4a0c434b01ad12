namespace AutoSelect.Strategies;

/// <summary>Which rank inverts which block.</summary>
internal static class BlockOwners
{
    /// <summary>
    /// Longest processing time first: the dearest block goes to the rank with the least so far (Graham, 1969: at most 4/3 of the best
    /// possible). Of equals the first block and the lowest rank go first, so that all ranks come to the same.
    /// </summary>
    /// <param name="costs">Of each block, in any unit.</param>
    /// <param name="ranks">Number of ranks, at least 1.</param>
    /// <returns>The rank of each block.</returns>
    public static int[] ShareOut(IReadOnlyList<double> costs, int ranks)
    {
        var owners = new int[costs.Count];
        var loads = new double[ranks];
        foreach (var block in Enumerable.Range(0, costs.Count).OrderByDescending(block => costs[block]))
        {
            var rank = Array.IndexOf(loads, loads.Min());
            owners[block] = rank;
            loads[rank] += costs[block];
        }
        return owners;
    }
}
