namespace AutoSelect.Host.Views;

/// <summary>A curve in one line of block characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <param name="values">In order; those that are not finite are drawn as ×.</param>
    /// <param name="low">Value of the lowest block.</param>
    /// <param name="high">Value of the highest block.</param>
    /// <param name="width">Characters at most; a longer curve shows the last value of each of its parts.</param>
    public static string Draw(IReadOnlyList<double> values, double low, double high, int width)
    {
        var count = Math.Min(width, values.Count);
        return string.Create(Math.Max(0, count), (values, low, high), static (line, drawn) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                var value = drawn.values[(int)((i + 1L) * drawn.values.Count / line.Length) - 1];
                line[i] = double.IsFinite(value) ? Blocks[Level(value, drawn.low, drawn.high)] : '×';
            }
        });
    }

    private static int Level(double value, double low, double high) =>
        high > low ? (int)Math.Clamp((value - low) / (high - low) * Blocks.Length, 0, Blocks.Length - 1) : Blocks.Length / 2;
}
