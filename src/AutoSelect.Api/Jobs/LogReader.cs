using System.Text;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// Reads a file that others write, line by line as they are completed. It holds one line at a time: logs grow for as long as those who
/// write them run.
/// </summary>
internal sealed class LogReader(string path)
{
    /// <summary>Bytes of a line that are told; the rest of a longer one is left out.</summary>
    internal const int LongestLine = 16 * 1024;

    /// <summary>Where the next call begins.</summary>
    private long position;

    /// <summary>The beginning of the line there has been told.</summary>
    private bool isRest;

    /// <summary>The lines that were completed since the last call; none where the file cannot be read.</summary>
    public IEnumerable<string> Next()
    {
        using var file = Open();
        if (file is null) yield break;
        var end = file.Length;
        // A file that was begun anew.
        if (end < position) (position, isRest) = (0, false);
        file.Position = position;
        var bytes = new byte[LongestLine];
        var count = 0;
        while (Fill(file, bytes.AsSpan(count), end) is var read and > 0)
        {
            count += read;
            var start = 0;
            for (int at; (at = Array.IndexOf(bytes, (byte)'\n', start, count - start)) >= 0; start = at + 1)
            {
                position += at + 1 - start;
                if (at > start && !isRest) yield return Encoding.UTF8.GetString(bytes, start, at - start);
                isRest = false;
            }
            if (start == 0 && count == bytes.Length)
            {
                if (!isRest) yield return Encoding.UTF8.GetString(bytes, 0, count) + " …";
                (start, isRest) = (count, true);
                position += count;
            }
            count -= start;
            Array.Copy(bytes, start, bytes, 0, count);
        }
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What has been written by then and not later: whoever writes may be faster than who reads.</summary>
    private static int Fill(FileStream file, Span<byte> room, long end)
    {
        try
        {
            return file.Read(room[..(int)Math.Min(room.Length, Math.Max(end - file.Position, 0))]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
