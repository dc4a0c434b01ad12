namespace AutoSelect.Host.Reports;

/// <summary>Items that follow each other and say the same, told once.</summary>
internal static class Runs
{
    /// <summary>The first and the last of each run of items that are alike.</summary>
    public static IEnumerable<(T First, T Last)> Of<T>(IEnumerable<T> items, Func<T, T, bool> areAlike)
    {
        var runs = new List<(T First, T Last)>();
        foreach (var item in items)
        {
            if (runs.Count > 0 && areAlike(runs[^1].Last, item)) runs[^1] = (runs[^1].First, item);
            else runs.Add((item, item));
        }
        return runs;
    }

    /// <summary>"3", or "3–7".</summary>
    public static string Range(int first, int last) => first == last ? $"{first}" : $"{first}–{last}";
}
