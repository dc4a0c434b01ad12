namespace AutoSelect.Checkpoints;

/// <summary>Finds out whether a store can be written, before anything depends on it.</summary>
public static class StoreProbe
{
    /// <summary>Writes a file of a few bytes and removes it.</summary>
    /// <exception cref="CheckpointStoreException">It cannot be.</exception>
    public static async Task Run(ICheckpointStore store, CancellationToken ct)
    {
        var name = $".autoselect-{Guid.NewGuid():N}";
        using var content = new MemoryStream("autoselect"u8.ToArray());
        var digest = await FileDigest.Compute(content, ct);
        await store.Write(name, content, digest, ct);
        await store.Remove(name, ct);
    }
}
