using System.Runtime.InteropServices;

namespace AutoSelect.Chaos.Cluster;

/// <summary>Signals to processes of this machine.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <returns>False where there is no such process.</returns>
    public static bool Send(int process, int signal) => NativeSend(process, signal) == 0;

    /// <summary>The processes that a process has started, and theirs.</summary>
    public static List<int> Descendants(int process)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            if (Parent(id) is { } parent) parents[id] = parent;
        }
        var found = new List<int>();
        var next = new Queue<int>([process]);
        while (next.TryDequeue(out var current))
        {
            foreach (var (child, _) in parents.Where(p => p.Value == current))
            {
                found.Add(child);
                next.Enqueue(child);
            }
        }
        return found;
    }

    /// <summary>When a process began, in clock ticks since the machine did: with its id it names one process for good.</summary>
    /// <returns>Null where it has ended.</returns>
    public static long? StartOf(int process) => Field(process, 19);

    private static int? Parent(int process) => (int?)Field(process, 1);

    /// <summary>A field of /proc/N/stat, counted from 0 after the command's name.</summary>
    private static long? Field(int process, int index)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            // One that has ended is there until somebody asks for its exit code.
            return fields[0] == "Z" ? null : long.Parse(fields[index]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int NativeSend(int process, int signal);
}
