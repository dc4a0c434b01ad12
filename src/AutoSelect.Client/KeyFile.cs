namespace AutoSelect.Client;

/// <summary>A file whose first line is an API key, and which its owner alone can read.</summary>
public static class KeyFile
{
    /// <exception cref="ArgumentException">It cannot be read, is empty, or others can read it.</exception>
    public static string Read(string path)
    {
        try
        {
            const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != 0)
                throw new ArgumentException($"The key file {path} is open to others: it must be its owner's alone (chmod 600).");
            return File.ReadLines(path).FirstOrDefault()?.Trim() is { Length: > 0 } key ? key
                : throw new ArgumentException($"The key file {path} is empty: its first line must be the key.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The key file {path} cannot be read: {e.Message}", e);
        }
    }
}
