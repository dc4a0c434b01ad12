using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>One rank of the communication benchmarks, a process of its own that is told what to measure over a connection.</summary>
internal sealed class AllReduceRank : Benchmark
{
    public override string Name => "all-reduce-rank";

    public override string Summary => "one rank, started by the communication benchmarks: port rank path token";

    public override int Run(string[] arguments)
    {
        using var connection = new TcpClient("127.0.0.1", int.Parse(arguments[0], CultureInfo.InvariantCulture));
        connection.NoDelay = true;
        using var reader = new StreamReader(connection.GetStream());
        using var writer = new StreamWriter(connection.GetStream()) { AutoFlush = true };
        var rank = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        if (!ThreadAffinity.TryPin(rank % Environment.ProcessorCount)) throw new InvalidOperationException("The system does not let a thread be pinned.");
        var options = new GroupOptions { Path = Enum.Parse<DataPath>(arguments[2]) };
        var listener = GroupListener.Open(IPAddress.Loopback);
        writer.WriteLine($"{rank} {listener.Endpoint.Host} {listener.Endpoint.Port} {listener.Endpoint.Machine}");
        var endpoints = reader.ReadLine()!.Split(';').Select(e => e.Split(' ')).Select(e => new RankEndpoint(e[0], int.Parse(e[1], CultureInfo.InvariantCulture), e[2])).ToList();
        using var group = ProcessGroup.JoinAsync(new(Guid.Parse(arguments[3]), 0, rank, endpoints), listener, options).GetAwaiter().GetResult();
        var values = Array.Empty<float>();
        while (reader.ReadLine()?.Split(' ') is [var planName, var bytes, var iterations])
        {
            var count = int.Parse(bytes, CultureInfo.InvariantCulture) / sizeof(float);
            if (values.Length < count) values = GC.AllocateArray<float>(count, pinned: true);
            writer.WriteLine(Measure(group, values.AsSpan(0, count), Plan(planName), int.Parse(iterations, CultureInfo.InvariantCulture)).ToString("F9", CultureInfo.InvariantCulture));
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
