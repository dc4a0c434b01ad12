using System.Diagnostics;
using System.Globalization;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>One rank of the communication benchmarks, a process of its own that is told what to measure over a connection.</summary>
internal sealed class AllReduceRank : Benchmark
{
    public override string Name => "all-reduce-rank";

    public override string Summary => "one rank, started by the communication benchmarks: host port rank token path [bytes-per-second]";

    /// <summary>
    /// On a thread of its own, as training is: where the stack of a process's first thread begins is chance, and the conversions to fp16 of
    /// .NET take up to three times as long when their vectors on the stack lie across cache lines.
    /// </summary>
    public override int Run(string[] arguments)
    {
        var thread = new Thread(() => Work(arguments));
        thread.Start();
        thread.Join();
        return 0;
    }

    private static void Work(string[] arguments)
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
            var (spent, seconds) = (0.0, 0.0);
            if (planName == Contender.Halves)
            {
                var compressed = HalvesOf(count);
                spent = compressed.Statistics.CastSeconds;
                seconds = Measure(group, () => compressed.Run(part.Span), repetitions);
                spent = compressed.Statistics.CastSeconds - spent;
            }
            else
            {
                var plan = Plan(planName);
                seconds = Measure(group, () => group.AllReduce(part.Span, plan), repetitions);
            }
            connection.Answer(string.Create(CultureInfo.InvariantCulture, $"{seconds:F9} {spent:F9}"));
        }

        CompressedAllReduce HalvesOf(int count) =>
            halves.TryGetValue(count, out var known) ? known : halves[count] = new(group, new Fp16Codec(), count, errorFeedback: false);
    }

    private static double Measure(ProcessGroup group, Action run, int iterations)
    {
        group.Barrier();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < iterations; i++) run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static AllReducePlan? Plan(string name) => name.Split(':') is [var plan, var block]
        ? Plan(plan)! with { BlockBytes = int.Parse(block, CultureInfo.InvariantCulture) }
        : name switch
        {
            "default" => null,
            "direct" => AllReducePlan.Direct,
            "doubling" => AllReducePlan.Doubling,
            "halving" => AllReducePlan.HalvingDoubling,
            _ => AllReducePlan.Hierarchical(new([.. name.Split('x').Select(p => int.Parse(p, CultureInfo.InvariantCulture))])),
        };
}
