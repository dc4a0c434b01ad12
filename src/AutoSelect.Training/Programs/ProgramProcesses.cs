using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The processes of programs, whatever session they have moved to. They are known by two things that they have inherited: the variable that
/// names their pipe, which says whose they are also when the device process is gone, and a limit, which they keep with an empty environment
/// too.
/// </summary>
public static partial class ProgramProcesses
{
    // Each round finds only what those before it have started meanwhile.
    private const int MostRounds = 100;

    /// <summary>
    /// The option of prlimit for the limit that marks processes: one of locks, which Linux has had no use for since version 2.4.
    /// </summary>
    internal const string MarkOption = "--locks";

    /// <summary>A mark that no other program has.</summary>
    internal static long NewMark() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) >>> 2;

    /// <summary>Kills all processes that were started for programs with their pipes below a folder.</summary>
    public static void End(string folder) => End(folder, mark: null);

    /// <summary>Kills all processes of one program.</summary>
    /// <param name="folder">Holds its pipes.</param>
    /// <param name="mark">Its limit; null where it is not known.</param>
    internal static void End(string folder, long? mark)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var found = false;
            foreach (var process in Find(folder, mark)) found |= Libc.SendSignal(process, Libc.Kill) == 0;
            if (!found) return;
        }
    }

    /// <summary>Bytes of the files below a folder that processes of one program have removed and hold open.</summary>
    /// <param name="folder">Holds its pipes, and the files.</param>
    /// <param name="mark">Its limit.</param>
    internal static long RemovedBytes(string folder, long mark)
    {
        var files = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var process in Find(folder, mark))
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

    private static IEnumerable<int> Find(string folder, long? mark)
    {
        var variable = Encoding.UTF8.GetBytes($"{ProgramProtocol.ReportsVariable}={folder}/");
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            var isProcess = int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var process);
            if (isProcess && process != Environment.ProcessId && (HasMark(entry, mark) || Read(entry, "environ").IndexOf(variable) >= 0))
                yield return process;
        }
    }

    private static bool HasMark(string entry, long? mark) => mark is { } number
        && Marks().Match(Encoding.ASCII.GetString(Read(entry, "limits"))) is { Success: true } match
        && match.Groups[1].ValueSpan.SequenceEqual(number.ToString(CultureInfo.InvariantCulture)) && !HasEnded(entry);

    /// <summary>True of a process that only waits to be asked how it ended.</summary>
    private static bool HasEnded(string entry)
    {
        var stat = Read(entry, "stat");
        // After the name, which may hold anything.
        return stat[(stat.LastIndexOf((byte)')') + 1)..].StartsWith(" Z"u8);
    }

    private static ReadOnlySpan<byte> Read(string entry, string file)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(entry, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or another account's.
            return [];
        }
    }

    [GeneratedRegex("^Max file locks +[0-9]+ +([0-9]+) ", RegexOptions.Multiline)]
    private static partial Regex Marks();
}
