using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Processes of one group, each with a connection over which it is told what to do, a line a command, and answers with a line.
/// </summary>
internal sealed class RankProcesses : IDisposable
{
    private readonly List<Process> processes = [];
    private readonly StreamReader[] readers;
    private readonly StreamWriter[] writers;

    private RankProcesses(int ranks) => (readers, writers) = (new StreamReader[ranks], new StreamWriter[ranks]);

    /// <summary>Starts the processes and lets them find each other: each greets with its rank and where it listens, or "ready".</summary>
    /// <param name="ranks">Connections to wait for.</param>
    /// <param name="commands">Command lines for the port to connect to.</param>
    /// <param name="address">Where to listen; null for the loopback.</param>
    public static RankProcesses Start(int ranks, Func<int, IEnumerable<ProcessStartInfo>> commands, IPAddress? address = null)
    {
        var started = new RankProcesses(ranks);
        using var listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        listener.Start();
        foreach (var command in commands(((IPEndPoint)listener.LocalEndpoint).Port)) started.processes.Add(Process.Start(command)!);
        var greetings = new string[ranks];
        for (var i = 0; i < ranks; i++)
        {
            var stream = listener.AcceptTcpClient().GetStream();
            var reader = new StreamReader(stream);
            var greeting = reader.ReadLine()!.Split(' ', 2);
            var rank = int.Parse(greeting[0], CultureInfo.InvariantCulture);
            (started.readers[rank], started.writers[rank], greetings[rank]) =
                (reader, new StreamWriter(stream) { AutoFlush = true }, greeting[1]);
        }
        // Only ours tell where they listen; the others find each other by themselves.
        if (greetings[0] != "ready") started.Tell(string.Join(';', greetings));
        return started;
    }

    /// <summary>A command line of one thread and optimised code.</summary>
    public static ProcessStartInfo Command(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        // Otherwise the first sizes would measure code that is not optimised yet.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return start;
    }

    /// <summary>A benchmark of this program as a rank: address and port to connect to, rank, then the arguments.</summary>
    public static IEnumerable<ProcessStartInfo> Own(int ranks, IPAddress address, int port, string benchmark, params string[] arguments) =>
        Enumerable.Range(0, ranks).Select(rank =>
            Command("dotnet", [typeof(RankProcesses).Assembly.Location, benchmark, $"{address}", $"{port}", $"{rank}", .. arguments]));

    public void Tell(string line)
    {
        foreach (var writer in writers) writer.WriteLine(line);
    }

    /// <summary>An answer of each rank, in their order.</summary>
    /// <exception cref="IOException">A rank ended.</exception>
    public string[] Hear() => [.. readers.Select((reader, rank) => reader.ReadLine() ?? throw new IOException($"Rank {rank} ended."))];

    public void Dispose()
    {
        foreach (var stream in readers) stream.Dispose();
        foreach (var process in processes)
        {
            if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }
}
