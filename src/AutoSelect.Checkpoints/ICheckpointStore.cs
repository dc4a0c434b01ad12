namespace AutoSelect.Checkpoints;

/// <summary>
/// Files below one place. A name is that of a file below it, with slashes between names of folders; it is never a path out of it. A reader
/// sees the whole of a file or none. Every fault is a <see cref="CheckpointStoreException"/>, but for one amid the reading of a stream,
/// which is the stream's.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>The place, as <see cref="Contracts.CheckpointUri"/> names it.</summary>
    string Uri { get; }

    /// <summary>What is known of a file; null where it is missing.</summary>
    Task<StoredFile?> Find(string name, CancellationToken ct);

    /// <summary>Opens a file for reading forward.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="offset">Bytes to leave out, at least 0.</param>
    /// <param name="count">Bytes to read, at least 1 and no more than there are; null for all that follow.</param>
    /// <param name="ct">Gives up before the stream is there.</param>
    Task<Stream> Open(string name, long offset, long? count, CancellationToken ct);

    /// <summary>Writes a file in place of any of that name, which is there until the new one is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">All its bytes; can be read again from its beginning.</param>
    /// <param name="digest">Their number and hash, which readers get with them where the store can keep it.</param>
    /// <param name="ct">Gives up; nothing of it stays.</param>
    Task Write(string name, Stream content, FileDigest digest, CancellationToken ct);

    /// <summary>All files whose names begin so; none where the place is not there.</summary>
    IAsyncEnumerable<StoredFile> List(string prefix, CancellationToken ct);

    /// <summary>Removes a file, or all files below a name; what is missing is removed already.</summary>
    Task Remove(string name, CancellationToken ct);
}
