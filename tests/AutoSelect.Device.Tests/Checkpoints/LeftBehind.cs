using System.Diagnostics;

namespace AutoSelect.Device.Tests.Checkpoints;

/// <summary>What a device process leaves that was killed.</summary>
internal static class LeftBehind
{
    /// <summary>Its folder.</summary>
    /// <param name="parent">For temporary files.</param>
    public static string MakeFolder(string parent)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"autoselect-device-1-{Guid.NewGuid():N}")).FullName;
        File.WriteAllText(Path.Combine(folder, "lock"), "");
        return folder;
    }

    /// <summary>A process of its program.</summary>
    public static Process StartProgram(string folder) => Process.Start(new ProcessStartInfo("sleep", ["1000"])
    {
        Environment = { ["AUTOSELECT_REPORTS"] = Path.Combine(folder, "a-1.t01", "program-1", "reports") },
    })!;
}
