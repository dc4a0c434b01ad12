using System.Globalization;
using System.Text;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The processes of programs, whatever session they have moved to: they are known by the variable that they have inherited.
/// </summary>
public static class ProgramProcesses
{
    // Each round finds only what those before it have started meanwhile.
    private const int MostRounds = 100;

    /// <summary>Kills all processes that were started for programs with their pipes below a folder.</summary>
    public static void End(string folder)
    {
        var mark = Encoding.UTF8.GetBytes($"{ProgramProtocol.ReportsVariable}={folder}/");
        for (var round = 0; round < MostRounds; round++)
        {
            var found = false;
            foreach (var process in Find(mark)) found |= Libc.SendSignal(process, Libc.Kill) == 0;
            if (!found) return;
        }
    }

    private static IEnumerable<int> Find(byte[] mark)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            var isProcess = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process);
            if (isProcess && process != Environment.ProcessId && Environ(folder).AsSpan().IndexOf(mark) >= 0) yield return process;
        }
    }

    private static byte[] Environ(string folder)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or another account's.
            return [];
        }
    }
}
