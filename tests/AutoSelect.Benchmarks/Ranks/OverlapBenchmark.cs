using AutoSelect.Contracts;
using AutoSelect.Performance;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Iteration time of two ranks over slow links with no overlap, overlap with the backward pass and with the forward pass too, beside the
/// critical path of layer times, copies, transfers and their interference that were measured on the same ranks in the same rounds.
/// </summary>
internal sealed class OverlapBenchmark : Benchmark
{
    private const double MostError = .10;

    /// <summary>What ranks tell each other before each bucket where the lowest layer goes first.</summary>
    private const long OrderBytes = 8;

    public override string Name => "overlap";

    public override string Summary => "iteration time by overlap, measured and by the critical path: "
        + "[workloads=fashion-mnist-mlp:hidden=512-512,…] [networks=1Gbit:.1ms,…] [strategy=sgd] [batch=256] [bucket=262144] [steps=40] "
        + "[rounds=5]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var met = true;
        foreach (var network in options.List("networks", "1Gbit:.1ms,300Mbit:.5ms"))
        {
            var (bandwidth, latency) = NetworkName.Parse(network);
            using var trainer = new RankedTrainer(2, bandwidth, latency);
            foreach (var workload in options.List("workloads", "fashion-mnist-mlp")) met &= Compare(trainer, workload, network, options);
        }
        return met ? 0 : 1;
    }

    private static bool Compare(RankedTrainer trainer, string workload, string network, BenchmarkOptions options)
    {
        var (steps, bucketBytes) = (options.Integer("steps", 40), options.Integer("bucket", 1 << 18));
        var folder = Directory.CreateTempSubdirectory("autoselect-overlap").FullName;
        var run = WholeRun.Timed(workload, options, batch: 256, steps) with { Ranks = 2, Communication = "fp32" };
        var modes = Enum.GetValues<ExchangeOverlap>();
        var measured = modes.ToDictionary(m => m, _ => new List<double>());
        var predicted = modes.ToDictionary(m => m, _ => new List<double>());
        for (var round = 0; round < options.Integer("rounds", 5); round++)
        {
            var links = trainer.Links(run.Assignment(folder));
            var copySeconds = sizeof(float) * links.CopySecondsPerByte;
            List<LayerTime> layers = [.. trainer.Layers(run.Assignment(folder), run.Batch / 2, steps).Select(l => l with
            {
                BackwardSeconds = l.BackwardSeconds + (copySeconds * l.Parameters),
                UpdateSeconds = l.UpdateSeconds + (copySeconds * l.Parameters),
            })];
            var buckets = Bucket.Fuse(layers, bucketBytes);
            var seconds = trainer.Transfers(run.Assignment(folder),
                [.. buckets.Select(b => 4 * layers.Take(b.First..(b.Last + 1)).Sum(l => l.Parameters)), OrderBytes], repetitions: 20);
            foreach (var mode in modes)
            {
                var order = mode == ExchangeOverlap.BackwardAndForward ? seconds[^1] : 0;
                List<Transfer> transfers = [.. buckets.Zip(seconds, (b, s) => new Transfer(b, s + order))];
                predicted[mode].Add(CriticalPath.Simulate(layers, transfers, (OverlapMode)mode, interference: links.Interference).Seconds);
                var planned = (run with { Plan = new() { Overlap = mode, BucketBytes = bucketBytes } }).Assignment(folder);
                measured[mode].Add(trainer.Train(planned).Report!.StepTime!.LowerQuartileSeconds);
            }
        }
        Directory.Delete(folder, recursive: true);
        var none = measured[ExchangeOverlap.None].LowerQuartile();
        var met = true;
        foreach (var mode in modes)
        {
            var (m, p) = (measured[mode].LowerQuartile(), predicted[mode].LowerQuartile());
            Console.WriteLine(
                $"{workload,-40} {network,-14} {mode,-20} measured {1e3 * m,7:F2} ms, critical path {1e3 * p,7:F2} ms "
                + $"({(p / m) - 1,6:P1}), speed-up {none / m:F2}");
            met &= Math.Abs((p / m) - 1) <= MostError;
        }
        return met;
    }
}
