using System.Diagnostics;
using System.Globalization;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>One rank of the communication benchmarks, a process of its own that is told what to measure over a connection.</summary>
internal sealed class AllReduceRank : Benchmark
{
    public override string Name => "all-reduce-rank";

    public override string Summary => "one rank, started by the communication benchmarks: port rank token path";

    public override int Run(string[] arguments)
    {
        using var connection = new RankConnection(arguments, new GroupOptions { Path = Enum.Parse<DataPath>(arguments[3]) });
        var values = Array.Empty<float>();
        while (connection.Hear()?.Split(' ') is [var planName, var bytes, var iterations])
        {
            var count = int.Parse(bytes, CultureInfo.InvariantCulture) / sizeof(float);
            if (values.Length < count) values = GC.AllocateArray<float>(count, pinned: true);
            connection.Answer(Measure(connection.Group, values.AsSpan(0, count), Plan(planName), int.Parse(iterations, CultureInfo.InvariantCulture)).ToString("F9", CultureInfo.InvariantCulture));
        }
        return 0;
    }

    private static double Measure(ProcessGroup group, Span<float> values, AllReducePlan? plan, int iterations)
    {
        group.Barrier();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < iterations; i++) group.AllReduce(values, plan);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static AllReducePlan? Plan(string name) => name.Split(':') is [var plan, var block] ? Plan(plan)! with { BlockBytes = int.Parse(block, CultureInfo.InvariantCulture) } : name switch
    {
        "default" => null,
        "direct" => AllReducePlan.Direct,
        "doubling" => AllReducePlan.Doubling,
        "halving" => AllReducePlan.HalvingDoubling,
        _ => AllReducePlan.Hierarchical(new([.. name.Split('x').Select(p => int.Parse(p, CultureInfo.InvariantCulture))])),
    };
}
