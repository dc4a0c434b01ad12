using System.Runtime.InteropServices;

namespace AutoSelect.Training.Checkpoints;

/// <summary>Writes a file so that a reader sees the whole of it or none, also after a loss of power.</summary>
internal static class DurableFile
{
    /// <summary>Writes to a temporary file beside <paramref name="path"/>, forces it to the disk and renames it.</summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="CheckpointException">The file could not be written; an earlier one of that name is intact.</exception>
    public static long Write(string path, Action<FileStream> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            long bytes;
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                bytes = stream.Length;
            }
            File.Move(temporary, path, overwrite: true);
            SyncFolder(folder);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new CheckpointException(
                $"'{path}' could not be written: {e.Message} What was stored before is intact; free space or make the folder writable, "
                + "then resume.", e);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Renames a folder whose files are on the disk already; one of that name makes way.</summary>
    public static void Rename(string folder, string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.Move(folder, path);
        SyncFolder(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a file; one that is gone or cannot be deleted is left alone.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover costs disk space only; the error that led here matters more.
        }
    }

    // The rename itself is durable only when the folder is.
    private static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var handle = Libc.Open(folder, Libc.ReadOnly | Libc.CloseOnExec);
        if (handle < 0) return;
        var failed = Libc.Sync(handle) != 0 && Marshal.GetLastPInvokeError() == Libc.InputOutputError;
        _ = Libc.Close(handle);
        if (failed) throw new IOException($"The folder '{folder}' could not be forced to the disk.");
    }
}
