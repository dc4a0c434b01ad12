using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Storage;

/// <summary>Another event has been stored since: read, and decide anew.</summary>
internal sealed class CampaignConflictException(string message) : Exception(message);

/// <summary>The events of a campaign are not what was written; the message names the file and the place.</summary>
internal sealed class CampaignDamagedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// The events of one campaign in a file of one JSON line an event, appended and flushed to the disk before an append returns. As in the
/// store of jobs, an append names the event that it stands on and fails where another has been stored since, so that whoever asks something
/// of a campaign and whoever runs it can write side by side. A line without its end was being written when its writer was killed: it does
/// not count, and the next append cuts it off.
/// </summary>
/// <param name="path">Its folder is made with the first event.</param>
/// <param name="time">Clock of the events.</param>
internal sealed class CampaignLog(string path, TimeProvider time)
{
    private const int Attempts = 1000;

    /// <summary>
    /// The last event that was read or written here, and where its line ends: while the file is no longer, nothing is new.
    /// </summary>
    private (long Number, long End) last;

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <summary>Bytes by now: what tells a reader that there may be news.</summary>
    public long Length => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>The events after a number, in order; empty where there is no file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="CampaignDamagedException">A line is no event.</exception>
    public ImmutableArray<CampaignEvent> Read(long since = 0)
    {
        if (!Exists) return [];
        byte[] bytes;
        // Whoever appends waits for the reading alone.
        using (var file = Open(FileMode.Open, FileAccess.Read)) bytes = All(file);
        return [.. Events(bytes).Where(e => e.Number > since)];
    }

    /// <summary>Of the last event that was read or written here; 0 before.</summary>
    public long LastNumber => last.Number;

    /// <summary>Appends changes as events, all or none; durable on return.</summary>
    /// <param name="expected">Number of the last event known; 0 begins the campaign.</param>
    /// <param name="changes">At least one.</param>
    /// <exception cref="CampaignConflictException">Others have been appended since; nothing was stored.</exception>
    /// <exception cref="IOException">Nothing was stored.</exception>
    public ImmutableArray<CampaignEvent> Append(long expected, ImmutableArray<CampaignChange> changes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using var file = Open(FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (last.Number == 0 || file.Length != last.End) Events(All(file));
        if (last.Number != expected)
            throw new CampaignConflictException($"The campaign in {path} is at event {last.Number}: event {expected + 1} cannot follow.");
        var end = last.End;
        var now = time.GetUtcNow();
        ImmutableArray<CampaignEvent> events = [.. changes.Select((c, i) => new CampaignEvent(expected + 1 + i, now, c))];
        var bytes = events.SelectMany(e => (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(e, RecordJson.Options), (byte)'\n']).ToArray();
        try
        {
            file.SetLength(end);
            file.Seek(end, SeekOrigin.Begin);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
            last = (events[^1].Number, end + bytes.Length);
        }
        catch
        {
            file.SetLength(end);
            throw;
        }
        return events;
    }

    /// <summary>Those of whole lines.</summary>
    private ImmutableArray<CampaignEvent> Events(byte[] bytes)
    {
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var events = ImmutableArray.CreateBuilder<CampaignEvent>();
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                events.Add(JsonSerializer.Deserialize<CampaignEvent>(line, RecordJson.Options) ?? throw new JsonException("It is null."));
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                throw new CampaignDamagedException($"{path}: line {events.Count + 1} is no event of a campaign: {e.Message}", e);
            }
        }
        last = (events.Count == 0 ? 0 : events[^1].Number, end);
        return events.ToImmutable();
    }

    private static byte[] All(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Alone: others have it open for as long as a line takes.</summary>
    private FileStream Open(FileMode mode, FileAccess access)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, mode, access, FileShare.None);
            }
            catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException && attempt < Attempts)
            {
                using var never = new ManualResetEventSlim();
                never.Wait(TimeSpan.FromMilliseconds(10));
            }
        }
    }
}
