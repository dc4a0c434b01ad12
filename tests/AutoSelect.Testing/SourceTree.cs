using System.Diagnostics;

namespace AutoSelect.Testing;

/// <summary>The sources that the tests were built from, and the scripts among them.</summary>
public static class SourceTree
{
    /// <summary>The folder that holds AutoSelect.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Runs a script of eng/ to its end.</summary>
    /// <param name="name">Of the script.</param>
    /// <param name="owner">Variable by which it is told whose process it works for.</param>
    /// <param name="arguments">Its words.</param>
    public static async Task<(int Code, string Output, string Error)> Run(string name, string owner, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "eng", name), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[owner] = Environment.ProcessId.ToString();
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AutoSelect.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No AutoSelect.sln above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }
}
