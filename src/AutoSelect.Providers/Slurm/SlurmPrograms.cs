using System.ComponentModel;
using System.Diagnostics;

namespace AutoSelect.Providers;

/// <summary>Runs Slurm's programs. Arguments are handed over as a list; no shell reads them.</summary>
internal sealed class SlurmPrograms(SlurmOptions options, string provider, TimeProvider time)
{
    /// <summary>Variables that would change what is asked for without a word.</summary>
    private static readonly string[] overridden = ["SBATCH_", "SQUEUE_", "SCANCEL_", "SLURM_"];

    /// <summary>What a program wrote and how it ended.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Errors)
    {
        /// <summary>The last line of what it complained of.</summary>
        public string Complaint =>
            Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
            ?? $"exit code {ExitCode}";
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="ProviderUnavailableException">It is not there, or does not end in time.</exception>
    public async Task<Outcome> Run(string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var process = Start(program, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await Write(process, input);
            await process.WaitForExitAsync(either.Token);
            return new Outcome(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited) process.Kill();
            cancellation.ThrowIfCancellationRequested();
            throw new ProviderUnavailableException(provider, $"{program} did not end within {options.Patience.TotalSeconds:0.#} s");
        }
    }

    private static async Task Write(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; its exit code says why.
        }
    }

    private Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo
        {
            FileName = options.Programs is { } folder ? Path.Combine(folder, program) : program,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => overridden.Any(o => k.StartsWith(o, StringComparison.Ordinal))).ToArray())
            if (name != "SLURM_CONF") start.Environment.Remove(name);
        foreach (var (name, value) in options.Environment) start.Environment[name] = value;
        if (options.Configuration is { } configuration) start.Environment["SLURM_CONF"] = configuration;
        // Its times and messages are read.
        (start.Environment["TZ"], start.Environment["LC_ALL"]) = ("UTC", "C");
        try
        {
            return Process.Start(start) ?? throw new ProviderUnavailableException(provider, $"{start.FileName} was not started");
        }
        catch (Win32Exception e)
        {
            throw new ProviderUnavailableException(provider, $"{start.FileName} cannot be run: {e.Message}", e);
        }
    }
}
