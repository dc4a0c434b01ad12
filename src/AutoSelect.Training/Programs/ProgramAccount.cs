using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AutoSelect.Training.Programs;

/// <summary>
/// An account of the machine that training programs run as, so that they cannot touch what the device process can. Only a device process
/// that runs as root can change accounts.
/// </summary>
/// <param name="Name">As the machine knows it.</param>
/// <param name="UserId">Its user.</param>
/// <param name="GroupId">Its group; it gets no others.</param>
public sealed record ProgramAccount(string Name, int UserId, int GroupId)
{
    private static readonly TimeSpan LongestRemoval = TimeSpan.FromSeconds(60);

    /// <summary>The variable that names the account.</summary>
    public const string Variable = "AUTOSELECT_PROGRAM_ACCOUNT";

    /// <returns>Null where the variable is not set.</returns>
    /// <exception cref="ArgumentException">There is no such account, or this process cannot change to it.</exception>
    public static ProgramAccount? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? Find(name) : null;

    /// <exception cref="ArgumentException">There is no such account, or this process cannot change to it.</exception>
    public static ProgramAccount Find(string name)
    {
        if (Ask("-u", name) is not { } user || Ask("-g", name) is not { } group)
            throw new ArgumentException($"{Variable} is '{name}': it must be an account of this machine.");
        return Environment.IsPrivilegedProcess ? new ProgramAccount(name, user, group)
            : throw new ArgumentException($"{Variable} is '{name}': only a device process that runs as root can run programs as another.");
    }

    /// <summary>What a command line begins with to run as this account.</summary>
    internal IEnumerable<string> Words =>
    [
        "--reuid", UserId.ToString(CultureInfo.InvariantCulture), "--regid", GroupId.ToString(CultureInfo.InvariantCulture),
        "--clear-groups", "--no-new-privs",
    ];

    /// <summary>Gives a file, or a folder with all it holds, to this account.</summary>
    /// <exception cref="IOException">It cannot be given.</exception>
    internal void Own(string entry)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var inner = Directory.Exists(entry) ? Directory.EnumerateFileSystemEntries(entry, "*", options) : [];
        foreach (var path in inner.Append(entry))
            if (Libc.ChangeOwner(path, UserId, GroupId) != 0)
                throw new IOException($"'{path}' cannot be given to {Name}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Removes a folder as this account; what it may not remove stays.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="root">Of the program's folders: the removal ends with the program, as its own processes do.</param>
    internal void Remove(string folder, string root)
    {
        var removal = new ProcessStartInfo("setpriv", [.. Words, "--", "rm", "-rf", "--", folder]) { RedirectStandardError = true };
        // The account can read the environments of its processes.
        removal.Environment.Clear();
        removal.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        removal.Environment[ProgramProtocol.ReportsVariable] = Path.Combine(root, "reports");
        try
        {
            using var process = Process.Start(removal)!;
            // A program can go on filling the folder.
            process.WaitForExit(LongestRemoval);
        }
        catch (Win32Exception)
        {
            // It goes with the program's folders.
        }
    }

    private static int? Ask(string what, string name)
    {
        try
        {
            var question = new ProcessStartInfo("id", [what, "--", name]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(question)!;
            var answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 && int.TryParse(answer, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
