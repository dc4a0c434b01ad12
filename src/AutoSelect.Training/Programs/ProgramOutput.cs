namespace AutoSelect.Training.Programs;

/// <summary>The last lines of a program's output, for whoever has to find out why it failed. Thread-safe.</summary>
internal sealed class ProgramOutput
{
    private const int Lines = 20;
    private const int LongestLine = 500;

    private readonly Lock mutex = new();
    private readonly Queue<string> last = new();

    public void Add(string line)
    {
        var printable = Printable(line.Length <= LongestLine ? line : line[..LongestLine] + "…");
        lock (mutex)
        {
            last.Enqueue(printable);
            if (last.Count > Lines) last.Dequeue();
        }
    }

    /// <summary>The last lines in order; empty where there were none.</summary>
    public string Tail()
    {
        lock (mutex) return string.Join('\n', last);
    }

    /// <summary>A reason with what the program wrote last.</summary>
    public string After(string reason) =>
        Tail() is { Length: > 0 } tail ? $"{reason} Its last output:\n{tail}" : $"{reason} It wrote nothing.";

    /// <summary>True when one of the last lines says that memory ran out, as PyTorch, JAX and Python say it.</summary>
    public bool SaysOutOfMemory()
    {
        var tail = Tail();
        return tail.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || tail.Contains("RESOURCE_EXHAUSTED", StringComparison.Ordinal)
            || tail.Contains("MemoryError", StringComparison.Ordinal);
    }

    /// <summary>A text without what steers a terminal.</summary>
    public static string Printable(string text) => string.Create(text.Length, text, (to, from) =>
    {
        for (var i = 0; i < from.Length; i++) to[i] = char.IsControl(from[i]) && from[i] != '\t' ? '�' : from[i];
    });
}
