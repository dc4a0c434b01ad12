using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AutoSelect.Benchmarks;

/// <summary><c>eng/time-pytorch-optimizers</c> as a process that does a round when told to.</summary>
internal sealed class PyTorchTimer : IDisposable
{
    private readonly Process process;

    /// <param name="script">Path of the script.</param>
    /// <param name="steps">Steps of each optimizer in a round.</param>
    public PyTorchTimer(string script, int steps) =>
        process = Process.Start(new ProcessStartInfo(script, steps.ToString(CultureInfo.InvariantCulture))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    /// <summary>Milliseconds of thread-CPU time a step, by strategy.</summary>
    public Dictionary<string, double> Round(string workload)
    {
        process.StandardInput.WriteLine(workload);
        process.StandardInput.Flush();
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(
            $"{process.StartInfo.FileName} ended in the round for {workload}: its error output says why.");
        return JsonSerializer.Deserialize<Dictionary<string, double>>(line)!;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
