using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoSelect.Training.Programs;

/// <summary>
/// The limit that marks the processes of a program: one of locks, which Linux has had no use for since version 2.4. They inherit it, and
/// keep it with an empty environment too.
/// </summary>
internal static partial class ProgramMark
{
    /// <summary>The option of prlimit for it.</summary>
    public const string Option = "--locks";

    /// <summary>A mark that no other program has.</summary>
    public static long New() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) >>> 2;

    /// <summary>True of a process that has it, also where it has ended and was not asked yet how.</summary>
    public static bool IsOf(int process, long mark) => Libc.LimitOf(process, Libc.LockLimit) switch
    {
        { } limit => limit == (ulong)mark,
        // Of another account's process not everybody may ask the system; all may read it.
        null => Marks().Match(Encoding.ASCII.GetString(ProgramProcesses.Read(process, "limits"))) is { Success: true } match
            && match.Groups[1].ValueSpan.SequenceEqual(mark.ToString(CultureInfo.InvariantCulture)),
    };

    [GeneratedRegex("^Max file locks +[0-9]+ +([0-9]+) ", RegexOptions.Multiline)]
    private static partial Regex Marks();
}
