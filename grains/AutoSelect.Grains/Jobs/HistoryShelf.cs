using System.Collections.Concurrent;
using AutoSelect.Selection.History;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// What earlier jobs teach, by the SHA-256 of its recording: one copy for all jobs that learn from the same. Earlier jobs teach, but no job
/// depends on them: a recording that is gone or broken counts as none.
/// </summary>
/// <param name="histories">Where recordings lie.</param>
/// <param name="logger">Told of what cannot be read.</param>
public sealed partial class HistoryShelf(Histories histories, ILogger<HistoryShelf> logger)
{
    private readonly ConcurrentDictionary<string, WeakReference<SelectionHistory>> shelf = new(StringComparer.Ordinal);

    /// <summary>The history of a hash, the empty one for an empty hash; null where it cannot be read now.</summary>
    public SelectionHistory? Get(string hash)
    {
        if (hash.Length == 0) return SelectionHistory.Empty;
        if (shelf.TryGetValue(hash, out var kept) && kept.TryGetTarget(out var known)) return known;
        lock (shelf)
        {
            if (shelf.TryGetValue(hash, out kept) && kept.TryGetTarget(out known)) return known;
            if (Read(hash) is not { } read) return null;
            shelf[hash] = new(read);
            return read;
        }
    }

    private SelectionHistory? Read(string hash)
    {
        try
        {
            return histories.Read(hash);
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
