using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>The processes of one implementation of all-reduce, asleep until they are told what to measure.</summary>
internal sealed class Contender : IDisposable
{
    /// <summary>What a rank is told in the place of a plan: to measure its links and casts, and to send fp16.</summary>
    public const string Probe = "probe", Halves = "fp16";

    private readonly RankProcesses processes;

    private Contender(string name, RankProcesses processes) => (Name, this.processes) = (name, processes);

    public string Name { get; }

    /// <summary>This project's ranks over a data path.</summary>
    /// <param name="bytesPerSecond">What the ranks slow themselves down to; null for nothing.</param>
    public static Contender Own(string name, int ranks, string path, double? bytesPerSecond = null)
    {
        var token = Guid.NewGuid();
        return Start(name, ranks,
            port => RankProcesses.Own(ranks, IPAddress.Loopback, port, "all-reduce-rank", OfRank(path, token, bytesPerSecond)));
    }

    /// <summary>This project's ranks, each on a host of <see cref="NetworkNamespaces"/>.</summary>
    public static Contender InNamespaces(string name, int ranks)
    {
        var token = Guid.NewGuid();
        return Start(
            name, ranks,
            port => RankProcesses.Own(ranks, NetworkNamespaces.Address, port, "all-reduce-rank", OfRank("Tcp", token, null))
                .Select((command, rank) => RankProcesses.Command(
                    NetworkNamespaces.Script, ["run", $"{rank}", command.FileName, .. command.ArgumentList])),
            NetworkNamespaces.Address);
    }

    private static string[] OfRank(string path, Guid token, double? bytesPerSecond) =>
        [$"{token}", path, .. bytesPerSecond is { } limit ? [limit.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>()];

    public static Contender Gloo(string name, int ranks, string repository)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var own = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return Start(name, ranks, port => Enumerable.Range(0, ranks).Select(rank => RankProcesses.Command(
            "/usr/bin/python3", [Path.Combine(repository, "eng", "all-reduce-gloo"), $"{port}", $"{rank}", $"{ranks}", $"{own}"])));
    }

    /// <param name="transports">Open MPI's modules for data, e.g. "tcp,self".</param>
    public static Contender Mpi(string name, int ranks, string transports, string program) => Start(name, ranks, port =>
    [
        // With more ranks than processors a rank that waits must give its processor away, here as there.
        RankProcesses.Command("mpirun",
            ["--allow-run-as-root", "--oversubscribe", "--bind-to", ranks > Environment.ProcessorCount ? "none" : "core",
                "-np", $"{ranks}", "--mca", "btl", transports, "--mca", "btl_tcp_if_include", "lo",
                "--mca", "mpi_yield_when_idle", ranks > Environment.ProcessorCount ? "1" : "0", program, $"{port}"]),
    ]);

    /// <summary>Measures once.</summary>
    /// <returns>Seconds of one all-reduce on the slowest rank.</returns>
    public double Measure(int bytes, int iterations, string plan = "default") => MeasureCasts(bytes, iterations, plan).Seconds;

    /// <summary>Measures once.</summary>
    /// <returns>The same, and the seconds of it that casting took.</returns>
    public (double Seconds, double Casts) MeasureCasts(int bytes, int iterations, string plan)
    {
        processes.Tell($"{plan} {bytes} {iterations}");
        var replies = processes.Hear()
            .Select(reply => reply.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture) / iterations).ToArray()).ToArray();
        return (replies.Max(r => r[0]), replies.Max(r => r.Length > 1 ? r[1] : 0));
    }

    /// <summary>What the ranks measure of their links and casts.</summary>
    public GroupMeasurement MeasureGroup()
    {
        processes.Tell($"{Probe} 0 0");
        return GroupMeasurement.Parse(processes.Hear()[0]);
    }

    /// <summary>How many all-reduces take about so long, counted while they warm up.</summary>
    public int IterationsFor(int bytes, double seconds, string plan)
    {
        var iterations = 1;
        for (var i = 0; i < 3; i++) Measure(bytes, 1, plan);
        while (true)
        {
            var each = Measure(bytes, iterations, plan);
            if (each * iterations >= seconds / 4 || iterations > 100_000) return Math.Max(1, (int)(seconds / each));
            iterations *= 4;
        }
    }

    public void Dispose() => processes.Dispose();

    private static Contender Start(string name, int ranks, Func<int, IEnumerable<ProcessStartInfo>> commands, IPAddress? address = null) =>
        new(name, RankProcesses.Start(ranks, commands, address));
}
