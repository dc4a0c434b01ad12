using System.Diagnostics;

namespace AutoSelect.Testing.Processes;

/// <summary><c>autoselect</c> as a user starts it, with its output gathered; ended with the test.</summary>
public sealed class AutoselectProcess : IDisposable
{
    private static readonly string Program = BuiltFile.Of("AutoSelect.Host", "autoselect.dll");

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private AutoselectProcess(Process started, CancellationToken ct)
    {
        process = started;
        (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
    }

    public bool HasExited => process.HasExited;

    public static AutoselectProcess Start(CancellationToken ct, params string[] arguments) => StartBy("dotnet", arguments, ct);

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int ExitCode, string Output, string Error)> Run(CancellationToken ct, params string[] arguments) =>
        RunBy("dotnet", ct, arguments);

    /// <summary>The same by a .NET of one's own.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunBy(
        string dotnet, CancellationToken ct, params string[] arguments)
    {
        using var process = StartBy(dotnet, arguments, ct);
        return await process.Ended(ct);
    }

    /// <summary>Sends Ctrl-C.</summary>
    public async Task Interrupt(CancellationToken ct)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync(ct);
    }

    public async Task<(int ExitCode, string Output, string Error)> Ended(CancellationToken ct)
    {
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        // Until it has, its files are in use.
        process.WaitForExit();
        process.Dispose();
    }

    private static AutoselectProcess StartBy(string dotnet, string[] arguments, CancellationToken ct) =>
        new(Process.Start(
            new ProcessStartInfo(dotnet, [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!, ct);
}
