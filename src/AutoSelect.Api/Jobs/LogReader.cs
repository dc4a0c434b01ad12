using System.Text;

namespace AutoSelect.Api.Jobs;

/// <summary>Reads a file that others write, line by line as they are completed.</summary>
internal sealed class LogReader(string path)
{
    private long position;

    /// <summary>The lines that were completed since the last call; none where the file cannot be read.</summary>
    public IEnumerable<string> Next()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // A file that was begun anew.
            if (file.Length < position) position = 0;
            file.Seek(position, SeekOrigin.Begin);
            using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
            var text = reader.ReadToEnd();
            var end = text.LastIndexOf('\n') + 1;
            position += Encoding.UTF8.GetByteCount(text.AsSpan(0, end));
            return text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
