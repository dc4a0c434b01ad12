using System.Diagnostics;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary><c>autoselect device</c> as a user starts it on a machine that lends its devices.</summary>
internal sealed class JoinedMachine : IDisposable
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "AutoSelect.Host", new DirectoryInfo(AppContext.BaseDirectory).Name, "autoselect.dll"));

    private readonly Process process;
    private readonly Task<string> error;

    private JoinedMachine(Process started) => (process, error) = (started, started.StandardError.ReadToEndAsync());

    /// <summary>What it said when it had joined.</summary>
    public string Joined { get; private set; } = "";

    /// <summary>Starts it and waits until it has joined.</summary>
    public static async Task<JoinedMachine> Start(params string[] arguments)
    {
        var machine = new JoinedMachine(Process.Start(
            new ProcessStartInfo("dotnet", [Program, "device", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!);
        try
        {
            machine.Joined = await machine.process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? throw new InvalidOperationException(await machine.error);
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>Ends it by SIGTERM.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            // In order: its device processes would outlive it.
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            if (!process.WaitForExit(TimeSpan.FromSeconds(40))) process.Kill();
        }
        process.Dispose();
    }
}
