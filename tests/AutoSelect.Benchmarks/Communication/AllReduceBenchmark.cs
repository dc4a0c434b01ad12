using System.Diagnostics;
using System.Globalization;
using AutoSelect.Testing;

namespace AutoSelect.Benchmarks;

/// <summary>
/// All-reduce of this project over shared memory and loopback TCP beside Gloo (Debian's python3-torch) and Open MPI (Debian's openmpi-bin
/// and libopenmpi-dev), ranks as processes, all taking turns. Algorithm bandwidth: bytes of a rank's buffer over seconds.
/// </summary>
internal sealed class AllReduceBenchmark : Benchmark
{
    private const int LargestSmall = 1 << 20;
    private const double SmallTolerance = 1.5;

    public override string Name => "all-reduce";

    public override string Summary => "bandwidth over shared memory and TCP beside Gloo and Open MPI [ranks=2,4] [sizes=4096,…] "
        + "[rounds=15] [seconds=.1] [plan=default|direct|doubling|halving|4|2x2|…[:blockBytes]]";

    public override int Run(string[] arguments)
    {
        var options = arguments.Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1]);
        int[] Numbers(string name, params int[] otherwise) => options.TryGetValue(name, out var text)
            ? [.. text.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))]
            : otherwise;
        var sizes = Numbers("sizes", 4096, 16384, 65536, 262144, 1 << 20, 4 << 20, 16 << 20, 100_000_000);
        var rounds = Numbers("rounds", 15)[0];
        var seconds = options.TryGetValue("seconds", out var s) ? double.Parse(s, CultureInfo.InvariantCulture) : .1;
        var missed = 0;
        foreach (var ranks in Numbers("ranks", 2, 4))
            missed += Measure(ranks, sizes, rounds, seconds, options.GetValueOrDefault("plan", "default"));
        Console.WriteLine(missed == 0 ? "\nevery aim is met" : $"\n{missed} aims are missed");
        return missed == 0 ? 0 : 1;
    }

    private static int Measure(int ranks, int[] sizes, int rounds, double seconds, string plan)
    {
        var program = CompileMpi();
        using var memory = Contender.Own("shared memory", ranks, "SharedMemory");
        using var tcp = Contender.Own("TCP", ranks, "Tcp");
        using var gloo = Contender.Gloo("Gloo", ranks, SourceTree.Root);
        using var mpiMemory = Contender.Mpi("MPI memory", ranks, "vader,self", program);
        using var mpiTcp = Contender.Mpi("MPI TCP", ranks, "tcp,self", program);
        File.Delete(program); // both groups run it already
        Contender[] all = [memory, tcp, gloo, mpiMemory, mpiTcp];
        Console.WriteLine(
            $"\n{ranks} ranks, {rounds} rounds in turns, lower quartile; GB/s, and seconds over the best rival's (shared memory: Open "
            + "MPI's; TCP: Gloo and Open MPI over TCP)");
        Console.WriteLine(
            $"{"bytes",10} {"memcpy",7} {string.Concat(all.Select(c => $"{c.Name,15}"))} {"memory/rival",13} {"TCP/rival",10} "
            + $"{"of memcpy",10}");
        var missed = 0;
        foreach (var bytes in sizes)
        {
            var iterations = all.ToDictionary(c => c, c => c.IterationsFor(bytes, seconds, plan));
            var times = all.ToDictionary(c => c, _ => new List<double>());
            var copies = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                copies.Add(CopySeconds(bytes, seconds));
                foreach (var contender in all) times[contender].Add(contender.Measure(bytes, iterations[contender], plan));
            }
            double Seconds(Contender c) => times[c].LowerQuartile();
            var copy = copies.LowerQuartile();
            double memoryRatio = Seconds(memory) / Seconds(mpiMemory), tcpRatio = Seconds(tcp) / Math.Min(Seconds(gloo), Seconds(mpiTcp));
            var most = bytes < LargestSmall ? SmallTolerance : 1;
            missed += (memoryRatio > most ? 1 : 0) + (tcpRatio > most ? 1 : 0);
            Console.WriteLine(
                $"{bytes,10} {bytes / copy * 1e-9,7:F2} {string.Concat(all.Select(c => $"{bytes / Seconds(c) * 1e-9,15:F3}"))} "
                + $"{memoryRatio,13:F2} {tcpRatio,10:F2} {copy / Seconds(memory),10:P0}");
        }
        return missed;
    }


    /// <summary>Seconds to copy so many bytes on one processor: what no algorithm that moves them once can beat.</summary>
    private static double CopySeconds(int bytes, double seconds)
    {
        byte[] from = new byte[bytes], to = new byte[bytes];
        from.CopyTo(to, 0);
        var (count, watch) = (0, Stopwatch.StartNew());
        for (; count == 0 || watch.Elapsed.TotalSeconds < seconds / 4; count++) Buffer.BlockCopy(from, 0, to, 0, bytes);
        return watch.Elapsed.TotalSeconds / count;
    }

    private static string CompileMpi()
    {
        var program = Path.Combine(Path.GetTempPath(), $"autoselect-all-reduce-mpi-{Environment.ProcessId}");
        using var compiler = Process.Start("mpicc", ["-O2", "-o", program, Path.Combine(SourceTree.Root, "eng", "all-reduce-mpi.c")]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program
            : throw new InvalidOperationException("mpicc failed: install Debian's openmpi-bin and libopenmpi-dev.");
    }
}
