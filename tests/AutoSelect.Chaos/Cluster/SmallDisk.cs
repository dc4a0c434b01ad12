namespace AutoSelect.Chaos.Cluster;

/// <summary>A tmpfs over a folder that can be filled to the last byte; needs root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    private string Filler => Path.Combine(folder, "filler");

    /// <summary>Null where it cannot be mounted.</summary>
    public static async Task<SmallDisk?> Try(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        if (await IsMounted(folder)) return new SmallDisk(folder);
        var (code, _, _) = await Command.Try("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", folder]);
        return code == 0 ? new SmallDisk(folder) : null;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 4096, 1])
        {
            var bytes = new byte[size];
            try
            {
                while (true) filler.Write(bytes);
            }
            catch (IOException)
            {
                // Full, up to less than that.
            }
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync() => await Command.Try("umount", ["-l", folder]);

    private static async Task<bool> IsMounted(string folder) => (await Command.Try("mountpoint", ["-q", folder])).Code == 0;
}
