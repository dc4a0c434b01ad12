using System.ComponentModel;
using System.Diagnostics;

namespace AutoSelect.Host.Commands;

/// <summary>Opens a file the way the desktop does.</summary>
internal static class Browser
{
    public static bool Open(string path)
    {
        try
        {
            using var started = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
