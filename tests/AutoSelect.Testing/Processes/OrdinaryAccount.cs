using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace AutoSelect.Testing.Processes;

/// <summary>Does with files what an account without privileges may, also where this process runs as root.</summary>
public static partial class OrdinaryAccount
{
    private const uint Nobody = 65534;

    /// <summary>Runs something on a thread of its own, whose files are the account's.</summary>
    public static void Run(Action action)
    {
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess) _ = (SetGroup(Nobody), SetUser(Nobody));
                action();
            }
#pragma warning disable CA1031 // It is thrown where it is waited for.
            catch (Exception e)
#pragma warning restore CA1031
            {
                fault = e;
            }
        });
        thread.Start();
        thread.Join();
        if (fault is not null) ExceptionDispatchInfo.Throw(fault);
    }

    // Of the calling thread alone; with the user go the privileges over files.
    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetUser(uint id);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial int SetGroup(uint id);
}
