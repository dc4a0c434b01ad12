using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Access;

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
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = new FileStream(path, options);
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

    public void Dispose() => turn.Dispose();
}
