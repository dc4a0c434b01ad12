using System.Runtime.CompilerServices;

namespace AutoSelect.Checkpoints.Folders;

/// <summary>
/// A folder that all who use it see under one path. Files can be written to it without this class as well: it keeps nothing beside them.
/// Links below the folder are not followed, since they lead elsewhere.
/// </summary>
internal sealed class FolderStore(string root) : ICheckpointStore
{
    public string Uri => root;

    public Task<StoredFile?> Find(string name, CancellationToken ct)
    {
        var file = new FileInfo(PathOf(name));
        return Task.FromResult(file.Exists && !IsBehindLink(name) ? new StoredFile(name, file.Length) : null);
    }

    public Task<Stream> Open(string name, long offset, long? count, CancellationToken ct) => Told(name, Task<Stream> () =>
    {
        if (IsBehindLink(name)) throw new FileNotFoundException();
        var file = new FileStream(
            PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        return Task.FromResult<Stream>(new RangeStream(file, offset, count ?? file.Length - offset, ownsWhole: true));
    });

    public Task Write(string name, Stream content, FileDigest digest, CancellationToken ct) => Told(name, async () =>
    {
        var path = PathOf(name);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        content.Position = 0;
        try
        {
            await using (var file = new FileStream(
                temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await content.CopyToAsync(file, 1 << 20, ct);
                file.Flush(flushToDisk: true);
                if (file.Length != digest.Bytes)
                    throw new ArgumentException($"'{name}' has {file.Length} bytes, not the {digest.Bytes} of its digest.", nameof(digest));
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
        return true;
    });

    public async IAsyncEnumerable<StoredFile> List(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var file in await Told(prefix, () => Task.Run(Files, ct)))
        {
            var name = Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (name.StartsWith(prefix, StringComparison.Ordinal) && file.Exists) yield return new StoredFile(name, file.Length);
        }
    }

    public Task Remove(string name, CancellationToken ct) => Told(name, () => Task.Run(() =>
    {
        var path = PathOf(name);
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Its folder is gone, and so is it.
        }
        return true;
    }, ct));

    private List<FileInfo> Files()
    {
        try
        {
            return [.. Directory.EnumerateFiles(root, "*", new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.ReparsePoint,
            }).Select(path => new FileInfo(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private string PathOf(string name) => Path.Combine(root, FileNames.Checked(name));

    private bool IsBehindLink(string name)
    {
        for (var path = PathOf(name); path.Length > root.Length; path = Path.GetDirectoryName(path)!)
            if (new FileInfo(path).LinkTarget is not null) return true;
        return false;
    }

    private async Task<T> Told<T>(string name, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointStoreException(CheckpointStoreFault.Missing, $"There is no '{name}' in {root}.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CheckpointStoreException(CheckpointStoreFault.Denied, $"{root} refuses '{name}': {e.Message}", e);
        }
        catch (IOException e) when (e is not CheckpointStoreException)
        {
            var fault = (e.HResult & 0xffff) == NoSpaceLeft ? CheckpointStoreFault.Full : CheckpointStoreFault.Unreachable;
            throw new CheckpointStoreException(fault, $"{root} does not take or give '{name}': {e.Message}", e);
        }
    }

    private const int NoSpaceLeft = 28;
}
