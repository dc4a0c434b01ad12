using System.ComponentModel;
using System.Diagnostics;

namespace AutoSelect.Host.Control.Joining;

/// <summary>
/// An account that device processes run as in place of root, with none of its rights and no way to get them: jobs are code of others.
/// </summary>
/// <param name="Name">Of the account.</param>
/// <param name="User">Its number, not 0.</param>
/// <param name="Group">Number of its group.</param>
/// <param name="Home">Its folder, which need not exist.</param>
internal sealed record DeviceAccount(string Name, string User, string Group, string Home)
{
    /// <summary>What changes the account, of util-linux.</summary>
    private const string Changer = "setpriv";

    /// <summary>What a process of the account is started by, before its own words.</summary>
    public IReadOnlyList<string> Prefix =>
        [Changer, $"--reuid={User}", $"--regid={Group}", "--init-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"];

    /// <summary>Looks an account up.</summary>
    /// <exception cref="ArgumentException">There is none of that name, or it is not unprivileged; the message gives the rule.</exception>
    /// <exception cref="EnvironmentFaultException">This process may not start processes of another account, or lacks a program.</exception>
    public static DeviceAccount Find(string name)
    {
        // A name that began with a dash would be an option of the program that looks it up.
        if (name.Length is 0 or > 32 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') || name[0] == '-')
            throw new ArgumentException($"--account is '{name}': it must be the name of an account of this machine.");
        var (found, line) = Run("getent", "passwd", name);
        var fields = line.Trim().Split(':');
        if (!found || fields.Length < 6) throw new ArgumentException($"--account is '{name}': this machine has no such account.");
        var account = new DeviceAccount(fields[0], fields[2], fields[3], fields[5]);
        if (account.User == "0") throw new ArgumentException($"--account is '{name}': it must not be root or one with its number.");
        if (Environment.IsPrivilegedProcess) return account;
        throw new EnvironmentFaultException(
            $"--account is '{name}': only root starts processes of another account. Run autoselect as '{name}' itself.");
    }

    /// <summary>Makes a folder that the account can write, and sees to it that it can reach what it needs.</summary>
    /// <param name="folder">To be made, and to be the account's.</param>
    /// <param name="needed">Files that it must be able to read.</param>
    /// <exception cref="EnvironmentFaultException">It cannot; the message names what.</exception>
    public void Prepare(string folder, params IEnumerable<string> needed)
    {
        Directory.CreateDirectory(folder);
        if (!Run("chown", $"{User}:{Group}", folder).IsDone)
            throw new EnvironmentFaultException($"{folder} cannot be given to account '{Name}'.");
        if (!Tests("-w", folder))
        {
            throw new EnvironmentFaultException(
                $"Account '{Name}' cannot write {folder}: give --store a folder that it can reach, such as /var/lib/autoselect.");
        }
        foreach (var file in needed)
            if (!Tests("-r", file)) throw new EnvironmentFaultException($"Account '{Name}' cannot read {file}, which its processes need.");
    }

    private bool Tests(string what, string path) => Run(Prefix[0], [.. Prefix.Skip(1), "test", what, path]).IsDone;

    private static (bool IsDone, string Output) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode == 0, output);
        }
        catch (Win32Exception e)
        {
            throw new EnvironmentFaultException($"--account needs the program {program}: {e.Message}", e);
        }
    }
}
