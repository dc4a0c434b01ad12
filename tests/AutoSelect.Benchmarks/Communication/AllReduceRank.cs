using System.Diagnostics;
using System.Globalization;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>One rank of the communication benchmarks, a process of its own that is told what to measure over a connection.</summary>
internal sealed class AllReduceRank : Benchmark
{
    public override string Name => "all-reduce-rank";

    public override string Summary => "one rank, started by the communication benchmarks: host port rank token path [bytes-per-second]";

    public override int Run(string[] arguments)
    {
        using var connection = new RankConnection(arguments, new GroupOptions
        {
            Path = Enum.Parse<DataPath>(arguments[4]),
            Shape = arguments.Length > 5 ? new(double.Parse(arguments[5], CultureInfo.InvariantCulture), 0) : null,
        });
        var group = connection.Group;
        var values = Array.Empty<float>();
        var halves = new Dictionary<int, CompressedAllReduce>();
        while (connection.Hear()?.Split(' ') is [var planName, var bytes, var iterations])
        {
            if (planName == Contender.Probe)
            {
                connection.Answer(LinkProbe.Run(group).ToJson());
                continue;
            }
            var count = int.Parse(bytes, CultureInfo.InvariantCulture) / sizeof(float);
            if (values.Length < count) values = GC.AllocateArray<float>(count, pinned: true);
            var (part, repetitions) = (values.AsMemory(0, count), int.Parse(iterations, CultureInfo.InvariantCulture));
            var plan = planName == Contender.Halves ? null : Plan(planName);
            var seconds = planName == Contender.Halves
                ? Measure(group, () => HalvesOf(count).Run(part.Span), repetitions)
                : Measure(group, () => group.AllReduce(part.Span, plan), repetitions);
            connection.Answer(seconds.ToString("F9", CultureInfo.InvariantCulture));
        }
        return 0;

        CompressedAllReduce HalvesOf(int count) => halves.TryGetValue(count, out var known) ? known : halves[count] = new(group, new Fp16Codec(), count, errorFeedback: false);
    }

    private static double Measure(ProcessGroup group, Action run, int iterations)
    {
        group.Barrier();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < iterations; i++) run();
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
