using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>An audit log in a file of one JSON line an entry, which only its owner can read.</summary>
/// <param name="path">Made with the first entry.</param>
public sealed class AuditFile(string path) : IAuditLog, IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public async Task Add(AuditEntry entry)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, RecordJson.Options);
        await turn.WaitAsync();
        try
        {
            // Opened each time: a file that was moved away by whoever keeps logs is begun anew.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = OwnerFile.Open(path, FileMode.Append);
            await file.WriteAsync((byte[])[.. line, (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The audit log {path} cannot be written: {e.Message}", e);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Pages are counted in bytes: one begins where the one before has ended, however long the file has become.</summary>
    public async Task<AuditPage> Read(string? project, long after, int size)
    {
        var entries = new List<AuditEntry>();
        if (!File.Exists(path)) return new AuditPage(entries, 0);
        var next = after;
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // A file that was begun anew since.
            var length = file.Length;
            file.Seek(next = after <= length ? after : 0, SeekOrigin.Begin);
            using var lines = new StreamReader(file);
            while (entries.Count < size && await lines.ReadLineAsync() is { } line)
            {
                var end = next + Encoding.UTF8.GetByteCount(line) + 1;
                // It is being written.
                if (end > length) break;
                next = end;
                if (Parsed(line) is { } entry && (project is null || entry.Project == project)) entries.Add(entry);
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The audit log {path} cannot be read: {e.Message}", e);
        }
        return new AuditPage(entries, next);
    }

    public void Dispose() => turn.Dispose();

    /// <summary>Null for what is no entry: somebody else has put it there, or a process was killed while it wrote.</summary>
    private static AuditEntry? Parsed(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, RecordJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
