using System.Text;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control;

/// <summary>
/// Appends log lines to a file: the terminal belongs to the view. A file that cannot be written loses lines, not jobs. What goes on over
/// several lines is indented, so that nobody's words look like a line of their own, and has no other control characters.
/// </summary>
internal sealed class FileLogProvider : ILoggerProvider
{
    private readonly Lock mutex = new();
    private readonly TimeProvider time;
    private readonly StreamWriter? writer;

    public FileLogProvider(string path, TimeProvider time)
    {
        this.time = time;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"warning: no log is kept, {path} cannot be written: {e.Message}");
        }
    }

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    public void Dispose() => writer?.Dispose();

    private void Write(string line)
    {
        lock (mutex)
        {
            try
            {
                writer?.WriteLine($"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss.fff} {line}");
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // A full disk is reported where it matters: by the store and by the checkpoints.
            }
        }
    }

    private sealed class FileLogger(FileLogProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Write(
                $"{logLevel} {category[(category.LastIndexOf('.') + 1)..]}: "
                + Indented($"{formatter(state, exception)}{(exception is null ? "" : " | " + exception)}"));

        private static string Indented(string text)
        {
            if (!text.Any(char.IsControl)) return text;
            var line = new StringBuilder(text.Length);
            foreach (var c in text.ReplaceLineEndings("\n"))
                line.Append(c == '\n' ? "\n    " : char.IsControl(c) ? "\uFFFD" : c.ToString());
            return line.ToString();
        }
    }
}
