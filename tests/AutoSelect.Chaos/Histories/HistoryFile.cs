using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Histories;

/// <summary>
/// Appends the history of one client to a file of JSON lines. A line is with the kernel before the call returns, so it survives the
/// process; the line that a kill tore ends before the next one.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    private readonly FileStream file;
    private readonly Lock gate = new();
    private readonly string client;
    private long operations;

    public HistoryFile(string folder, string client)
    {
        Directory.CreateDirectory(folder);
        this.client = client;
        file = new FileStream(Path.Combine(folder, $"{client}.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (file.Length > 0) file.WriteByte((byte)'\n');
    }

    /// <summary>Seconds of the machine's monotonic clock.</summary>
    public static double Now => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    /// <summary>An entry, to be completed and added.</summary>
    public HistoryEntry New(EntryKind kind, string what, long? operation = null) => new()
    {
        At = Now,
        Client = client,
        // Of one process after the other: the time tells them apart.
        Operation = operation ?? (Environment.ProcessId * 1_000_000L) + Interlocked.Increment(ref operations),
        Kind = kind,
        What = what,
    };

    /// <returns>The entry.</returns>
    public HistoryEntry Add(HistoryEntry entry)
    {
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry, RecordJson.Options) + "\n");
        lock (gate) file.Write(line);
        return entry;
    }

    /// <summary>Adds the answer to what was asked.</summary>
    public void Answer(HistoryEntry asked, EntryKind kind, Func<HistoryEntry, HistoryEntry>? more = null)
    {
        var answer = asked with { At = Now, Kind = kind };
        Add(more is null ? answer : more(answer));
    }

    public void Dispose() => file.Dispose();
}
