using System.Globalization;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>
/// All-reduce between hosts behind links that the kernel shapes, beside ranks that slow themselves down to the same bandwidth, in turns.
/// Needs root.
/// </summary>
internal sealed class ShapedNetworksBenchmark : Benchmark
{
    public override string Name => "shaped-networks";

    public override string Summary => "network namespaces beside links slowed down in the process [ranks=2,4] [mbit=100,1000] "
        + "[sizes=65536,1048576,8388608] [rounds=7] [seconds=.2]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        int[] Numbers(string name, string fallback) =>
            [.. options.List(name, fallback).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        var (rounds, seconds) = (options.Integer("rounds", 7), options.Number("seconds", .2));
        Console.WriteLine($"lower quartile of {rounds} rounds in turns; lines: what the bandwidth alone takes");
        Console.WriteLine(
            $"{"Mbit/s",7} {"ranks",6} {"rings",6} {"bytes",9} {"line ms",9} {"namespaces ms",14} {"in process ms",14} {"ratio",6}");
        foreach (var mbit in Numbers("mbit", "100,1000"))
            foreach (var ranks in Numbers("ranks", "2,4"))
                Measure(mbit, ranks, Numbers("sizes", "65536,1048576,8388608"), rounds, seconds);
        return 0;
    }

    private static void Measure(int mbit, int ranks, int[] sizes, int rounds, double seconds)
    {
        using var network = new NetworkNamespaces(ranks, $"{mbit}mbit");
        using var kernel = Contender.InNamespaces("namespaces", ranks);
        using var process = Contender.Own("in process", ranks, "Tcp", mbit * 125e3);
        Contender[] both = [kernel, process];
        foreach (var hierarchy in Hierarchy.All(ranks))
            foreach (var bytes in sizes)
            {
                var plan = hierarchy.ToString();
                var iterations = both.ToDictionary(c => c, c => c.IterationsFor(bytes, seconds, plan));
                var times = both.ToDictionary(c => c, _ => new List<double>());
                for (var round = 0; round < rounds; round++)
                    foreach (var contender in both) times[contender].Add(contender.Measure(bytes, iterations[contender], plan));
                double Milliseconds(Contender c) => 1e3 * times[c].Order().ElementAt(rounds / 4);
                var line = 1e3 * 2 * (ranks - 1) / ranks * bytes / (mbit * 125e3);
                Console.WriteLine(
                    $"{mbit,7} {ranks,6} {plan,6} {bytes,9} {line,9:F2} {Milliseconds(kernel),14:F2} {Milliseconds(process),14:F2} "
                    + $"{Milliseconds(kernel) / Milliseconds(process),6:F2}");
            }
    }
}
