using System.Globalization;

namespace AutoSelect.Device;

/// <summary>The process that started this one, told apart from a later one of the same id by the time it started.</summary>
/// <param name="id">Its process id, on this machine.</param>
internal sealed class ParentProcess(int id)
{
    private const int StateField = 0;
    private const int StartTimeField = 19;

    private readonly string? started = StartTime(id);

    public int Id => id;

    /// <summary>True once it has ended, also where nobody has asked for its exit status yet.</summary>
    public bool IsGone => started is null || StartTime(id) != started;

    /// <summary>Clock ticks between the machine's start and the process's (proc_pid_stat(5)); null when it does not run.</summary>
    private static string? StartTime(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            // The name before may hold spaces and brackets.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[StateField] is "Z" or "X" ? null : fields[StartTimeField];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
