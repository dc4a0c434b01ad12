using System.Diagnostics;
using System.Globalization;
using System.Net;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>Ranks of a benchmark as processes of this machine, each pinned to a processor of its own.</summary>
internal static class RankProcesses
{
    private const string Ready = "rank ";

    /// <summary>Starts the benchmark once for each rank with <c>rank=</c>, <c>ranks=</c> and <c>token=</c> added, and waits.</summary>
    /// <returns>What each rank wrote.</returns>
    /// <exception cref="InvalidOperationException">A rank failed; its errors are on this process's error stream.</exception>
    public static string[] Run(string benchmark, int ranks, IEnumerable<string> arguments)
    {
        var token = Guid.NewGuid();
        Process[] processes = [.. Enumerable.Range(0, ranks).Select(rank => Start([benchmark, $"rank={rank}", $"ranks={ranks}", $"token={token}", .. arguments]))];
        try
        {
            var endpoints = string.Join(';', processes.Select(Endpoint));
            foreach (var process in processes) process.StandardInput.WriteLine(endpoints);
            string[] outputs = [.. processes.Select(process => process.StandardOutput.ReadToEndAsync()).ToArray().Select(output => output.Result)];
            foreach (var process in processes) process.WaitForExit();
            if (processes.FirstOrDefault(process => process.ExitCode != 0) is { } failed) throw new InvalidOperationException($"A rank of {benchmark} ended with {failed.ExitCode}.");
            return outputs;
        }
        finally
        {
            foreach (var process in processes)
            {
                if (!process.HasExited) process.Kill();
                process.Dispose();
            }
        }
    }

    /// <summary>In a rank's process: pins the thread and forms the group.</summary>
    public static ProcessGroup Join(BenchmarkOptions options, GroupOptions? group = null)
    {
        var rank = options.Integer("rank", 0);
        if (!ThreadAffinity.TryPin(rank % Environment.ProcessorCount)) throw new InvalidOperationException("The system does not let a thread be pinned.");
        var listener = GroupListener.Open(IPAddress.Loopback);
        Console.WriteLine($"{Ready}{listener.Endpoint.Host} {listener.Endpoint.Port} {listener.Endpoint.Machine}");
        var endpoints = Console.ReadLine()!.Split(';').Select(e => e.Split(' ')).Select(e => new RankEndpoint(e[0], int.Parse(e[1], CultureInfo.InvariantCulture), e[2])).ToList();
        return ProcessGroup.JoinAsync(new(Guid.Parse(options.Text("token")), 0, rank, endpoints), listener, group).GetAwaiter().GetResult();
    }

    private static string Endpoint(Process process)
    {
        var line = process.StandardOutput.ReadLine();
        return line?.StartsWith(Ready, StringComparison.Ordinal) == true ? line[Ready.Length..] : throw new InvalidOperationException($"A rank said '{line}' where its endpoint was awaited.");
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RankProcesses).Assembly.Location, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }
}
