using AutoSelect.Selection.History;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// What recordings teach, by their SHA-256: read and learned from once, and shared by all jobs that learn from the same. Earlier jobs
/// teach, but no job depends on them: a recording that is gone or broken counts as none.
/// </summary>
/// <param name="histories">Where recordings lie.</param>
/// <param name="logger">Told of what cannot be read.</param>
public sealed partial class HistoryShelf(Histories histories, ILogger<HistoryShelf> logger)
{
    /// <summary>
    /// Histories that are kept though no decision is being taken from them: those of some jobs side by side, each of two recordings.
    /// </summary>
    private const int Kept = 24;

    private readonly Lock gate = new();

    /// <summary>Those used last come last.</summary>
    private readonly List<(string Name, SelectionHistory History)> shelf = [];

    /// <summary>
    /// The history of a hash, or of several joined by "+"; the empty one for an empty name; null where a recording cannot be read now.
    /// </summary>
    public SelectionHistory? Get(string name)
    {
        if (name.Length == 0) return SelectionHistory.Empty;
        lock (gate)
        {
            if (Taken(name) is { } known) return known;
            var parts = Histories.Parts(name).Select(Part).ToList();
            if (parts.Contains(null)) return null;
            return parts.Count == 1 ? parts[0] : Keep(name, SelectionHistory.Joined([.. parts.OfType<SelectionHistory>()]));
        }
    }

    private SelectionHistory? Part(string hash) => Taken(hash) ?? (Read(hash) is { } read ? Keep(hash, read) : null);

    private SelectionHistory? Taken(string name)
    {
        var at = shelf.FindIndex(s => s.Name == name);
        if (at < 0) return null;
        var history = shelf[at].History;
        shelf.RemoveAt(at);
        return Keep(name, history);
    }

    private SelectionHistory Keep(string name, SelectionHistory history)
    {
        shelf.Add((name, history));
        if (shelf.Count > Kept) shelf.RemoveAt(0);
        return history;
    }

    private SelectionHistory? Read(string hash)
    {
        try
        {
            return histories.ReadOne(hash);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            LogUnavailable(hash, e);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The history {Hash} cannot be read; jobs decide without it")]
    private partial void LogUnavailable(string hash, Exception exception);
}
