using System.Diagnostics;
using AutoSelect.Testing;

namespace AutoSelect.Providers.Tests.Slurm;

/// <summary>A real slurmctld with two slurmd on loopback for the tests of one class; see eng/slurm.</summary>
public sealed class RealSlurm : IAsyncLifetime
{
    private static readonly string launcher = Path.Combine(AppContext.BaseDirectory, "slurm");

    private readonly TemporaryFolder folder = new();

    /// <summary>Why there is none; empty where there is.</summary>
    public string Missing { get; private set; } = "";

    public string Configuration => Path.Combine(folder["slurm"], "slurm.conf");

    public async ValueTask InitializeAsync()
    {
        var present = await Run(launcher, ["present"]);
        Missing = present.ExitCode == 0 ? "" : $"There is no Slurm here. {present.Errors.Trim()}";
        if (Missing.Length > 0) return;
        var started = await Run(launcher, ["start", folder["slurm"]]);
        if (started.ExitCode != 0) throw new InvalidOperationException($"Slurm does not start: {started.Errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await Run(launcher, ["stop", folder["slurm"]]);
        folder.Dispose();
    }

    /// <summary>Jobs that are not over, of whoever, one a line.</summary>
    public async Task<string> Queue() => (await Run("squeue", ["--noheader", "--format=%j %T"])).Output.Trim();

    /// <summary>Has a job that preempts others for a second on as many nodes.</summary>
    public async Task SubmitUrgent(int nodes)
    {
        var outcome = await Run(
            "sbatch",
            ["--partition=urgent", $"--nodes={nodes}", "--time=1", "--export=NIL", "--chdir=/", "--output=/dev/null", "--wrap=sleep 1"]);
        if (outcome.ExitCode != 0) throw new InvalidOperationException(outcome.Errors);
    }

    private async Task<(int ExitCode, string Output, string Errors)> Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        // Daemons keep what they were given as output: to its end would be to theirs.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
