namespace AutoSelect.Training.Programs;

/// <summary>What a file system has left.</summary>
/// <param name="FreeBytes">What this account may still write.</param>
/// <param name="Bytes">What it holds in all.</param>
internal readonly record struct FileSystemSpace(long FreeBytes, long Bytes)
{
    private const long MostKeptBytes = 256L << 20;

    // Of a small one, as those in memory are, less is kept.
    private const int LeastShare = 20;

    /// <summary>Bytes that no program is to take: 256 MiB, or a twentieth of a smaller file system than 5 GiB.</summary>
    public long KeptBytes => Math.Min(MostKeptBytes, Bytes / LeastShare);

    /// <summary>True where less is left than is to be kept.</summary>
    public bool IsShort => FreeBytes < KeptBytes;

    /// <summary>Of the file system that a folder is in.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Without end where it cannot be known.</returns>
    public static FileSystemSpace Of(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return new(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A program may have removed the folder.
            return new(long.MaxValue, long.MaxValue);
        }
    }
}

/// <summary>A file system is nearly full. What was stored before is intact.</summary>
internal sealed class SpaceShortException(string message) : Exception(message);
