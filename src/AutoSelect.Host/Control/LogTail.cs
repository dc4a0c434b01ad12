using System.Text;

namespace AutoSelect.Host.Control;

/// <summary>The end of a log file.</summary>
internal static class LogTail
{
    private const int Lines = 10;
    private const int Bytes = 4096;

    /// <summary>Length of a file; 0 where there is none.</summary>
    public static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>The last ten lines written after a position, at most 4 KB; empty where there are none to be read.</summary>
    public static string Read(string path, long after)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = Math.Max(after, file.Length - Bytes);
            file.Seek(Math.Min(start, file.Length), SeekOrigin.Begin);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return string.Join(Environment.NewLine, lines.TakeLast(Lines));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
