using System.Diagnostics;

namespace AutoSelect.Testing;

/// <summary>Programs that tests make up.</summary>
public static class ExecutableScript
{
    /// <summary>
    /// Writes one. Another process does so: what is open here is open too in a process that another test is just starting, and the system
    /// does not run a file that is open for writing.
    /// </summary>
    public static void Write(string path, string text)
    {
        using var writing = Process.Start("sh", ["-c", "printf %s \"$1\" > \"$0\" && chmod u=rx \"$0\"", path, text]);
        writing.WaitForExit();
        if (writing.ExitCode != 0) throw new IOException($"{path} cannot be written.");
    }
}
