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

    private readonly List<Process> processes = [];
    private readonly StreamReader[] readers;
    private readonly StreamWriter[] writers;

    private Contender(string name, int ranks) => (Name, readers, writers) = (name, new StreamReader[ranks], new StreamWriter[ranks]);

    public string Name { get; }

    /// <summary>This project's ranks over a data path.</summary>
    /// <param name="bytesPerSecond">What the ranks slow themselves down to; null for nothing.</param>
    public static Contender Own(string name, int ranks, string path, double? bytesPerSecond = null)
    {
        var token = Guid.NewGuid();
        return Start(name, ranks, port => Enumerable.Range(0, ranks).Select(rank => Command("dotnet", OfRank(IPAddress.Loopback, port, rank, path, token, bytesPerSecond))));
    }

    /// <summary>This project's ranks, each on a host of <see cref="NetworkNamespaces"/>.</summary>
    public static Contender InNamespaces(string name, int ranks)
    {
        var token = Guid.NewGuid();
        return Start(name, ranks, port => Enumerable.Range(0, ranks).Select(rank => Command(
            NetworkNamespaces.Script, ["run", $"{rank}", "dotnet", .. OfRank(NetworkNamespaces.Address, port, rank, "Tcp", token, null)])), NetworkNamespaces.Address);
    }

    private static IEnumerable<string> OfRank(IPAddress host, int port, int rank, string path, Guid token, double? bytesPerSecond) =>
    [
        typeof(Contender).Assembly.Location, "all-reduce-rank", $"{host}", $"{port}", $"{rank}", path, $"{token}",
        .. bytesPerSecond is { } limit ? [limit.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
    ];

    public static Contender Gloo(string name, int ranks, string repository)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var own = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return Start(name, ranks, port => Enumerable.Range(0, ranks).Select(rank => Command("/usr/bin/python3", [Path.Combine(repository, "eng", "all-reduce-gloo"), $"{port}", $"{rank}", $"{ranks}", $"{own}"])));
    }

    /// <param name="transports">Open MPI's modules for data, e.g. "tcp,self".</param>
    public static Contender Mpi(string name, int ranks, string transports, string program) => Start(name, ranks, port =>
    [
        // With more ranks than processors a rank that waits must give its processor away, here as there.
        Command("mpirun", ["--allow-run-as-root", "--oversubscribe", "--bind-to", ranks > Environment.ProcessorCount ? "none" : "core", "-np", $"{ranks}", "--mca", "btl", transports, "--mca", "btl_tcp_if_include", "lo",
            "--mca", "mpi_yield_when_idle", ranks > Environment.ProcessorCount ? "1" : "0", program, $"{port}"]),
    ]);

    /// <summary>Measures once.</summary>
    /// <returns>Seconds of one all-reduce on the slowest rank.</returns>
    public double Measure(int bytes, int iterations, string plan = "default")
    {
        foreach (var writer in writers) writer.WriteLine($"{plan} {bytes} {iterations}");
        return readers.Max(reader => double.Parse(reader.ReadLine() ?? throw new IOException($"A rank of {Name} ended."), CultureInfo.InvariantCulture)) / iterations;
    }

    /// <summary>What the ranks measure of their links and casts.</summary>
    public GroupMeasurement MeasureGroup()
    {
        foreach (var writer in writers) writer.WriteLine($"{Probe} 0 0");
        return readers.Select(reader => GroupMeasurement.Parse(reader.ReadLine() ?? throw new IOException($"A rank of {Name} ended."))).ToArray()[0];
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

    public void Dispose()
    {
        foreach (var stream in readers) stream.Dispose();
        foreach (var process in processes)
        {
            if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }

    private static ProcessStartInfo Command(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        // Otherwise the first sizes would measure code that is not optimised yet.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return start;
    }

    private static Contender Start(string name, int ranks, Func<int, IEnumerable<ProcessStartInfo>> commands, IPAddress? address = null)
    {
        var contender = new Contender(name, ranks);
        using var listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        listener.Start();
        foreach (var command in commands(((IPEndPoint)listener.LocalEndpoint).Port)) contender.processes.Add(Process.Start(command)!);
        var greetings = new string[ranks];
        for (var i = 0; i < ranks; i++)
        {
            var stream = listener.AcceptTcpClient().GetStream();
            var reader = new StreamReader(stream);
            var greeting = reader.ReadLine()!.Split(' ', 2);
            var rank = int.Parse(greeting[0], CultureInfo.InvariantCulture);
            (contender.readers[rank], contender.writers[rank], greetings[rank]) = (reader, new StreamWriter(stream) { AutoFlush = true }, greeting[1]);
        }
        // Only ours tell where they listen; the others find each other by themselves.
        if (greetings[0] != "ready")
            foreach (var writer in contender.writers)
                writer.WriteLine(string.Join(';', greetings));
        return contender;
    }
}
