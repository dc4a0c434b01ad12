using System.Collections.Immutable;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Tests;

/// <summary>The recorded curves of the data folder; tests are skipped where it is missing.</summary>
internal static class RealCurves
{
    public static ImmutableArray<RecordedCurve> Read(string suite)
    {
        var path = Path.Combine(Folder(), "curves", $"{suite}-dev.jsonl.gz");
        if (!File.Exists(path)) Assert.Skip($"{path} is not there; set AUTOSELECT_DATA to the data folder.");
        return RecordedCurves.Read(path);
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("AUTOSELECT_DATA") is { Length: > 0 } given) return given;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", "data"))) return Path.Combine(folder.FullName, "shared", "data");
        return "data";
    }
}
