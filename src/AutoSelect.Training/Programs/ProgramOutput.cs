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
        lock (mutex)
        {
            last.Enqueue(line.Length <= LongestLine ? line : line[..LongestLine] + "…");
            if (last.Count > Lines) last.Dequeue();
        }
    }

    /// <summary>The last lines in order; empty where there were none.</summary>
    public string Tail()
    {
        lock (mutex) return string.Join('\n', last);
    }

    /// <summary>True when one of the last lines says that memory ran out, as PyTorch, JAX and Python say it.</summary>
    public bool SaysOutOfMemory()
    {
        var tail = Tail();
        return tail.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || tail.Contains("RESOURCE_EXHAUSTED", StringComparison.Ordinal)
            || tail.Contains("MemoryError", StringComparison.Ordinal);
    }
}
