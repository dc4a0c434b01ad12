namespace AutoSelect.Selection.History;

/// <summary>
/// Runs whose metric has stopped to change, to the last digit, are a kind of their own: of 128 recorded ones at a tenth of the horizon none
/// came to its target and nine in ten ended where they were. They are compared with each other, and others never with them.
/// </summary>
/// <param name="isFrozen">By example.</param>
internal sealed class FrozenRuns(bool[] isFrozen)
{
    private const int Fewest = 10;

    /// <summary>Share of the weight that goes evenly to all frozen examples: a forest has few leaves for them.</summary>
    private const double EvenShare = 0.5;

    public int Count { get; } = isFrozen.Count(f => f);

    /// <summary>Leaves only examples of the asked kind in weights that sum to 1; where fewer than ten are known nothing changes.</summary>
    public double[] Separate(double[] weights, bool asksFrozen)
    {
        if (Count < Fewest) return weights;
        var kept = 0.0;
        for (var i = 0; i < weights.Length; i++) if (isFrozen[i] == asksFrozen) kept += weights[i];
        var even = !asksFrozen ? 0 : kept > 1e-9 ? EvenShare : 1;
        if (kept <= 1e-9 && !asksFrozen) return weights;
        for (var i = 0; i < weights.Length; i++)
            weights[i] = isFrozen[i] != asksFrozen ? 0 : (even < 1 ? (1 - even) * weights[i] / kept : 0) + even / Count;
        return weights;
    }
}
