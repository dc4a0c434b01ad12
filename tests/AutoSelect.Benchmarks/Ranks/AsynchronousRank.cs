using System.Diagnostics;
using System.Text.Json;
using AutoSelect.Communication;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Ranks.Asynchronous;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>One rank of <see cref="AsynchronousStatisticsBenchmark"/>, a process of its own.</summary>
internal sealed class AsynchronousRank : Benchmark
{
    public override string Name => "asynchronous-rank";

    public override string Summary => "one rank, started by asynchronous: address port rank token";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments[4..]);
        var (bandwidth, latency) = NetworkName.Parse(options.Text("link"));
        using var connection = new RankConnection(
            arguments, new GroupOptions { Shape = bandwidth > 0 ? new LinkShape(bandwidth, latency) : null });
        var ranks = new TrainingRanks(connection.Group);
        var workload = new Autoencoder();
        var setup = new WorkloadSetup
        {
            Options = new Dictionary<string, string> { ["data"] = options.Text("data"), ["examples"] = "10000" },
            DataDirectory = Path.GetTempPath(),
        };
        using var data = workload.Load(setup);
        torch.manual_seed(1);
        using var model = workload.CreateModel(setup);
        using var order = new DataOrder(1 + ranks.Rank, data.Training.Count, options.Integer("batch", 32), CPU);
        Train(10);
        connection.Answer(JsonSerializer.Serialize(Train(options.Integer("rounds", 500))));
        return 0;

        // By rounds, which all ranks count alike: none goes on alone.
        AsynchronousOutcome Train(int rounds)
        {
            using var sgd = new AsynchronousSgd(ranks, model, workload.Loss, new() { LearningRate = _ => 1e-4 });
            var (gradientTimes, roundTimes) = (new List<double>(), new List<double>());
            var (lastGradient, lastRound) = (0L, 0L);
            // Intervals, so that nothing between is left out.
            static void Lap(List<double> times, ref long last)
            {
                var now = Stopwatch.GetTimestamp();
                if (last != 0) times.Add(Stopwatch.GetElapsedTime(last, now).TotalSeconds);
                last = now;
            }
            sgd.AfterRound = (_, _) => Lap(roundTimes, ref lastRound);
            connection.Group.Barrier();
            var started = Stopwatch.GetTimestamp();
            sgd.Start(options.Integer("pin", 1) == 1 ? ranks.Rank % Environment.ProcessorCount : null);
            for (var step = 0; sgd.Rounds < rounds; step++)
            {
                using var scope = NewDisposeScope();
                sgd.Step(data.Training.Pick(order.Indices(step)));
                Lap(gradientTimes, ref lastGradient);
            }
            var worked = Stopwatch.GetElapsedTime(started).TotalSeconds;
            sgd.Stop();
            return new(Times.FromSeconds(gradientTimes), Times.FromSeconds(roundTimes), [.. sgd.Record.GradientsPerRound],
                [.. sgd.Record.Staleness], worked);
        }
    }
}
