using System.ComponentModel;
using System.Diagnostics;

namespace AutoSelect.Testing.Processes;

/// <summary>Processes of the account 'nobody', which tests that run as root start.</summary>
public static class OtherAccount
{
    /// <summary>Why there can be none that uses certain paths; null where there can.</summary>
    /// <param name="paths">Files that it reads and folders that it enters.</param>
    public static string? Hindrance(params IEnumerable<string> paths)
    {
        if (!Environment.IsPrivilegedProcess) return "Only root starts processes of another account.";
        return paths.FirstOrDefault(p => !Reaches(p)) is { } closed ? $"No process of account 'nobody' can reach {closed}." : null;
    }

    private static bool Reaches(string path)
    {
        try
        {
            using var test = Process.Start("setpriv",
            [
                "--reuid=nobody", "--regid=65534", "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all",
                "test", Directory.Exists(path) ? "-x" : "-r", path,
            ]);
            test.WaitForExit();
            return test.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
