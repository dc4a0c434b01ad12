using System.Globalization;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Seconds of an all-reduce with every hierarchy of 2, 4 and 8 ranks, processes of this machine, all hierarchies of a size taking turns;
/// lower quartile. Writes one line of JSON for each, to fit the cost model on.
/// </summary>
internal sealed class HierarchiesBenchmark : Benchmark
{
    public override string Name => "hierarchies";

    public override string Summary =>
        "all-reduce with every hierarchy as lines of JSON [ranks=2,4,8] [sizes=4096,…] [rounds=15] [seconds=.05] [paths=SharedMemory,Tcp]";

    public override int Run(string[] arguments)
    {
        var options = arguments.Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1]);
        int[] Numbers(string name, params int[] otherwise) => options.TryGetValue(name, out var text)
            ? [.. text.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))]
            : otherwise;
        var sizes = Numbers("sizes", 4096, 32768, 262144, 1 << 20, 4 << 20, 16 << 20);
        var rounds = Numbers("rounds", 15)[0];
        var seconds = options.TryGetValue("seconds", out var s) ? double.Parse(s, CultureInfo.InvariantCulture) : .05;
        foreach (var path in options.GetValueOrDefault("paths", "SharedMemory,Tcp").Split(','))
            foreach (var ranks in Numbers("ranks", 2, 4, 8))
            {
                using var contender = Contender.Own(path, ranks, path);
                foreach (var bytes in sizes) Measure(contender, path, ranks, bytes, rounds, seconds);
            }
        return 0;
    }

    private static void Measure(Contender contender, string path, int ranks, int bytes, int rounds, double seconds)
    {
        var hierarchies = Hierarchy.All(ranks).ToDictionary(h => h.ToString());
        var times = hierarchies.Keys.ToDictionary(h => h, _ => new List<double>());
        var iterations = hierarchies.Keys.ToDictionary(plan => plan, plan => contender.IterationsFor(bytes, seconds, plan));
        for (var round = 0; round < rounds; round++)
            foreach (var plan in hierarchies.Keys)
                times[plan].Add(contender.Measure(bytes, iterations[plan], plan));
        foreach (var (plan, hierarchy) in hierarchies)
            Console.WriteLine(new CollectiveMeasurement
            {
                Ranks = ranks,
                Hierarchy = hierarchy,
                Bytes = bytes,
                Seconds = times[plan].Order().ElementAt(rounds / 4),
                Transport = path == "Tcp" ? "tcp" : "shared memory",
            }.ToJson());
    }
}
