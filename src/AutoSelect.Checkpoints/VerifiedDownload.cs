using System.Buffers;
using System.Security.Cryptography;

namespace AutoSelect.Checkpoints;

/// <summary>
/// Fetches a file of a store: hashed while it comes, taken up where a connection broke off, and there under its name only once it is what
/// was written.
/// </summary>
public static class VerifiedDownload
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Silence after which a connection counts as broken.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <param name="store">Where it is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="path">The file to make; its folder must be there.</param>
    /// <param name="bytes">The length that it must have; null where that is not known.</param>
    /// <param name="sha256">The hash that it must have; null for the one that the store keeps with it, if any.</param>
    /// <param name="ct">Gives up; nothing of it stays.</param>
    /// <exception cref="CheckpointStoreException">It is missing or is not what was written, or the store cannot be had.</exception>
    /// <exception cref="IOException">The file could not be written here.</exception>
    public static async Task Run(ICheckpointStore store, string name, string path, long? bytes, string? sha256, CancellationToken ct)
    {
        var found = await store.Find(name, ct)
            ?? throw new CheckpointStoreException(CheckpointStoreFault.Missing, $"There is no '{name}' in {store.Uri}.");
        if (bytes is { } expected && found.Bytes != expected)
            throw Corrupt(store, name, $"it has {found.Bytes} bytes, not {expected}");
        var temporary = path + ".part";
        try
        {
            string hash;
            await using (var file = new FileStream(
                temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
                hash = await Fetch(store, found, file, ct);
            if ((sha256 ?? found.Sha256) is { } known && known != hash)
                throw Corrupt(store, name, $"its SHA-256 is {hash}, not {known}");
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<string> Fetch(ICheckpointStore store, StoredFile found, FileStream file, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (received, before) = (0L, -1L);
            while (received < found.Bytes)
            {
                // Twice in a row without a byte is no broken connection but a store that does not answer.
                if (received == before) throw Broken(store, found, received, null);
                before = received;
                await using var stream = await store.Open(found.Name, received, null, ct);
                while (received < found.Bytes)
                {
                    int read;
                    try
                    {
                        read = await stream.ReadAsync(buffer.AsMemory(), ct).AsTask().WaitAsync(LongestSilence, TimeProvider.System, ct);
                    }
                    catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
                    {
                        if (received == before) throw Broken(store, found, received, e);
                        break;
                    }
                    if (read == 0) break;
                    if (received + read > found.Bytes)
                        throw Corrupt(store, found.Name, $"more than its {found.Bytes} bytes come");
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), ct);
                    received += read;
                }
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static CheckpointStoreException Corrupt(ICheckpointStore store, string name, string how) =>
        new(CheckpointStoreFault.Corrupt, $"'{name}' in {store.Uri} is not what was written: {how}.");

    private static CheckpointStoreException Broken(ICheckpointStore store, StoredFile found, long received, Exception? inner) => new(
        CheckpointStoreFault.Unreachable,
        $"{store.Uri} broke off after {received} of the {found.Bytes} bytes of '{found.Name}'{(inner is null ? "" : $": {inner.Message}")}",
        inner);
}
