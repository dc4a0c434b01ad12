using System.Globalization;
using System.Text;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The processes of programs, whatever session they have moved to. They are known by two things that they have inherited: the variable that
/// names their pipe, which says whose they are also when the device process is gone, and a <see cref="ProgramMark"/>.
/// </summary>
public static class ProgramProcesses
{
    /// <summary>How often those are killed who do not go; where others join them it begins again.</summary>
    private const int MostRounds = 100;

    /// <summary>Kills all processes that were started for programs with their pipes below a folder.</summary>
    public static void End(string folder) => End(folder, mark: null);

    /// <summary>
    /// Kills all processes of one program, also while they multiply: stops them until there are none that run, then kills them, and that
    /// until none is left.
    /// </summary>
    /// <param name="folder">Holds its pipes.</param>
    /// <param name="mark">Its limit; null where it is not known.</param>
    internal static void End(string folder, long? mark)
    {
        var known = new HashSet<int>();
        for (var round = 0; round < MostRounds; round++)
        {
            // Whoever is stopped starts nobody in place of those that are killed.
            while (StopNew(folder, mark, known)) round = 0;
            var found = false;
            foreach (var (process, isMarked) in Find(folder, mark)) found |= Signal(process, isMarked, Libc.Kill);
            if (!found) return;
        }
    }

    /// <summary>Bytes of the files below a folder that processes of one program have removed and hold open.</summary>
    /// <param name="folder">Holds its pipes, and the files.</param>
    /// <param name="mark">Its limit.</param>
    internal static long RemovedBytes(string folder, long mark)
    {
        var files = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (process, _) in Find(folder, mark))
        {
            try
            {
                foreach (var open in Directory.EnumerateFileSystemEntries($"/proc/{process}/fd"))
                {
                    if (new FileInfo(open).LinkTarget is not { } path || !path.EndsWith(" (deleted)", StringComparison.Ordinal)
                        || !path.StartsWith(folder + "/", StringComparison.Ordinal)) continue;
                    // Processes that were started with it open have it open too.
                    var number = File.ReadLines($"/proc/{process}/fdinfo/{Path.GetFileName(open)}")
                        .FirstOrDefault(l => l.StartsWith("ino:", StringComparison.Ordinal));
                    files[number ?? path] = ProgramFolder.LengthOf(open, path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or closed it.
            }
        }
        return files.Values.Sum();
    }

    /// <summary>Processes and threads of one program, those included that have ended and whose parent has not asked how.</summary>
    /// <param name="mark">Its limit.</param>
    internal static int Count(long mark)
    {
        var count = 0;
        foreach (var process in All())
            if (ProgramMark.IsOf(process, mark) && Stat(process) is { IsGone: false, Threads: var threads }) count += Math.Max(1, threads);
        return count;
    }

    /// <summary>What a file of the system says of a process; nothing where it is gone, or another account's.</summary>
    internal static byte[] Read(int process, string file)
    {
        try
        {
            return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <returns>True where somebody was stopped who is not among those that are known; all are known then.</returns>
    private static bool StopNew(string folder, long? mark, HashSet<int> known)
    {
        var found = false;
        foreach (var (process, isMarked) in Find(folder, mark)) found |= known.Add(process) && Signal(process, isMarked, Libc.Stop);
        return found;
    }

    /// <returns>False where there is nobody to get it.</returns>
    private static bool Signal(int process, bool isMarked, int signal)
    {
        // All of its group at once, while none of them can multiply. Whoever has the mark is in no group of a stranger's: the mark came
        // after the session.
        var group = isMarked ? Libc.GroupOf(process) : 0;
        return (group > 1 && Libc.SendSignal(-group, signal) == 0) || Libc.SendSignal(process, signal) == 0;
    }

    private static IEnumerable<(int Process, bool IsMarked)> Find(string folder, long? mark)
    {
        var variable = Encoding.UTF8.GetBytes($"{ProgramProtocol.ReportsVariable}={folder}/");
        foreach (var process in All())
        {
            var isMarked = mark is { } number && ProgramMark.IsOf(process, number);
            if (isMarked ? !Stat(process).IsGoneOrEnded : Read(process, "environ").AsSpan().IndexOf(variable) >= 0)
                yield return (process, isMarked);
        }
    }

    /// <summary>The numbers of all processes of the machine but this one.</summary>
    private static IEnumerable<int> All()
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var process) && process != Environment.ProcessId)
                yield return process;
    }

    private static ProcessStat Stat(int process)
    {
        var stat = Encoding.ASCII.GetString(Read(process, "stat"));
        // After the name, which may hold anything, and counted from there.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length <= ProcessStat.ThreadsAt ? new("", 0)
            : new(fields[0], int.Parse(fields[ProcessStat.ThreadsAt], CultureInfo.InvariantCulture));
    }

    /// <param name="State">A letter; empty where there is no such process any more.</param>
    /// <param name="Threads">How many it has.</param>
    private readonly record struct ProcessStat(string State, int Threads)
    {
        public const int ThreadsAt = 17;

        public bool IsGone => State.Length == 0;

        /// <summary>True also of a process that only waits to be asked how it ended.</summary>
        public bool IsGoneOrEnded => IsGone || State == "Z";
    }
}
