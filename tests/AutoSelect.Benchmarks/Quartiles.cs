namespace AutoSelect.Benchmarks;

/// <summary>What stands for several measurements of a time: what else runs on a machine only adds to it.</summary>
internal static class Quartiles
{
    public static double LowerQuartile(this IEnumerable<double> values)
    {
        double[] inOrder = [.. values.Order()];
        return inOrder[inOrder.Length / 4];
    }
}
