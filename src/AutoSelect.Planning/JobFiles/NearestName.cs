namespace AutoSelect.Planning.JobFiles;

/// <summary>Finds what somebody may have meant by a name that does not exist.</summary>
public static class NearestName
{
    /// <summary>" Did you mean 'x'?" or a list of what there is.</summary>
    public static string Suggest(string given, IEnumerable<string> known)
    {
        var names = known.ToList();
        if (names.Count == 0) return " There is none.";
        return Find(given, names) is { } best ? $" Did you mean '{best}'?" : $" Known: {string.Join(", ", names)}.";
    }

    /// <summary>The nearest of the names; null where none is near.</summary>
    public static string? Find(string given, IEnumerable<string> known)
    {
        var distances = known.Select(n => (n, Distance(Plain(given), Plain(n))));
        var (best, distance) = distances.DefaultIfEmpty(("", int.MaxValue)).MinBy(x => x.Item2);
        return distance <= Math.Max(1, given.Length / 3) ? best : null;
    }

    // Word separators and case are what people get wrong first.
    private static string Plain(string name) => name.Replace("_", "").Replace("-", "").ToLowerInvariant();

    /// <summary>Edits (insert, delete, replace, swap of neighbours) from one word to the other.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
