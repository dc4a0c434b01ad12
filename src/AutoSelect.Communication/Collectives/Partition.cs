namespace AutoSelect.Communication;

/// <summary>How values are split over ranks.</summary>
public static class Partition
{
    // A cache line of floats: no two ranks' parts share one.
    private const int Unit = 16;

    /// <summary>
    /// First value of a part when <paramref name="count"/> values are split evenly, at multiples of 16; <paramref name="part"/> may be
    /// <paramref name="parts"/>.
    /// </summary>
    public static int Start(int count, int parts, int part)
    {
        var units = (count + (Unit - 1L)) / Unit;
        return (int)Math.Min(count, units * part / parts * Unit);
    }

    /// <summary>Part <paramref name="part"/> of <paramref name="values"/> in an even split.</summary>
    public static Span<T> PartOf<T>(Span<T> values, int parts, int part)
    {
        var start = Start(values.Length, parts, part);
        return values[start..Start(values.Length, parts, part + 1)];
    }

    /// <summary>Part <paramref name="part"/> of <paramref name="values"/> in a split with so many values a part.</summary>
    public static Span<T> PartOf<T>(Span<T> values, ReadOnlySpan<int> counts, int part)
    {
        var start = 0;
        foreach (var count in counts[..part]) start += count;
        return values.Slice(start, counts[part]);
    }
}
