using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AutoSelect.Communication.Tests;

/// <summary>Ranks of one group as processes that sum in a ring until one is lost.</summary>
internal sealed partial class RankProcesses : IDisposable
{
    private const int Stop = 19;

    private readonly List<Process> processes;

    private RankProcesses(List<Process> processes) => this.processes = processes;

    public Guid Token { get; } = Guid.NewGuid();

    public static async Task<RankProcesses> StartAsync(int ranks, DataPath path, double silence = 600)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "AutoSelect.Communication.RankProcess",
            new DirectoryInfo(AppContext.BaseDirectory).Name, "AutoSelect.Communication.RankProcess.dll");
        var all = new RankProcesses([.. Enumerable.Range(0, ranks).Select(rank => Process.Start(new ProcessStartInfo(
            "dotnet", [program, $"{rank}", $"{path}", $"{silence}", "50000"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!)]);
        try
        {
            await all.BeginAsync();
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    public void Kill(int rank) => processes[rank].Kill();

    /// <summary>The process is there but does nothing, as on a machine that hangs.</summary>
    public void Freeze(int rank) => Assert.Equal(0, kill(processes[rank].Id, Stop));

    /// <summary>What the ranks but this one say in the end.</summary>
    public Task<string[]> SurvivorsAsync(int lost) => Task.WhenAll(processes.Where((_, rank) => rank != lost).Select(ReadAsync));

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private async Task BeginAsync()
    {
        var endpoints = string.Join(';', await Task.WhenAll(processes.Select(ReadAsync)));
        foreach (var process in processes)
        {
            await process.StandardInput.WriteLineAsync($"{Token}\n{endpoints}");
            await process.StandardInput.FlushAsync();
        }
        Assert.All(await Task.WhenAll(processes.Select(ReadAsync)), line => Assert.Equal("running", line));
    }

    private static async Task<string> ReadAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Ranks.Patience) ?? "nothing";

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
