namespace AutoSelect.Selection.History;

/// <summary>Order statistics.</summary>
internal static class SortedValues
{
    /// <summary>Quantile of ascending values, by straight lines between neighbours (type 7 of Hyndman and Fan, 1996).</summary>
    public static double At(ReadOnlySpan<double> sorted, double probability)
    {
        var position = Math.Clamp(probability, 0, 1) * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
    }
}
