using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Histories;

/// <summary>Reads all histories of a run.</summary>
internal static class HistoryFolder
{
    /// <summary>All entries by time; what a kill has torn is left out.</summary>
    public static IReadOnlyList<HistoryEntry> Read(string folder)
    {
        var entries = new List<HistoryEntry>();
        if (!Directory.Exists(folder)) return entries;
        foreach (var path in Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal))
        {
            foreach (var line in Lines(path))
                if (Parse(line) is { } entry) entries.Add(entry);
        }
        // Stable: entries of one client stay in their order.
        return [.. entries.OrderBy(e => e.At)];
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static HistoryEntry? Parse(string line)
    {
        if (line.Length == 0) return null;
        try
        {
            return JsonSerializer.Deserialize<HistoryEntry>(line, RecordJson.Options);
        }
        catch (JsonException)
        {
            // Torn by a kill.
            return null;
        }
    }
}
