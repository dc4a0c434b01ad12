using AutoSelect.Strategies;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Benchmarks;

/// <summary>
/// What K-FAC loses and saves by inverting its factors less often: validation loss of the autoencoder on MNIST (batch 500) after a fixed
/// number of steps, and thread-CPU time of a step over SGD's, for several intervals; means over the seeds, which take turns.
/// </summary>
internal sealed class StaleFactors : Benchmark
{
    private const int BatchSize = 500;
    private const double MostLoss = 1.05, MostOverhead = .5;

    private static readonly (int Factors, int Inverses)[] intervals = [(1, 1), (1, 10), (5, 10), (10, 10)];

    public override string Name => "stale-factors";

    public override string Summary =>
        "loss and overhead of K-FAC by the intervals of its factors and inverses: autoencoder [seeds=3] [steps=200] [data=<folder>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (seeds, steps) = (options.Integer("seeds", 3), options.Integer("steps", 200));
        using var data = AutoencoderRun.Load(options.Text("data"));
        var (sgd, results) = (new List<double>(), intervals.ToDictionary(i => i, _ => new List<(double Loss, double Seconds)>()));
        for (var seed = 1L; seed <= seeds; seed++)
        {
            sgd.Add(Train(new Sgd(), new() { ["learningRate"] = .001 }).CpuSeconds);
            foreach (var interval in intervals)
            {
                var result = Train(
                    new Kfac(), new()
                    {
                        ["damping"] = 3e-4,
                        ["klClip"] = 3e-3,
                        ["factorInterval"] = interval.Factors,
                        ["inverseInterval"] = interval.Inverses,
                    });
                results[interval].Add((result.Loss, result.CpuSeconds));
            }

            AutoencoderResult Train(TrainingStrategy strategy, Dictionary<string, double> values) =>
                new AutoencoderRun(data, seed, BatchSize).ToTarget(strategy, values, target: 0, steps);
        }

        var bare = 1e3 * sgd.Average() / steps;
        var figures = results.ToDictionary(
            r => r.Key, r => (Loss: r.Value.Average(v => v.Loss), Overhead: (1e3 * r.Value.Average(v => v.Seconds) / steps) - bare));
        var fresh = figures[(1, 1)];
        Console.WriteLine($"{seeds} seeds, {steps} steps, batch {BatchSize}; SGD {bare:F2} ms a step");
        Console.WriteLine("factors every, inverses every, loss, over interval 1, ms a step over SGD, over interval 1");
        foreach (var ((factors, inverses), (loss, overhead)) in figures)
            Console.WriteLine(
                $"{factors,3} {inverses,3} {loss,9:F2} {loss / fresh.Loss,7:F3} {overhead,9:F2} {overhead / fresh.Overhead,7:F2}");
        Console.WriteLine($"wanted for inverses every 10: at most {MostLoss} of the loss and {MostOverhead} of the overhead");
        return figures.Any(
            f => f.Key.Inverses == 10 && f.Value.Loss <= MostLoss * fresh.Loss && f.Value.Overhead <= MostOverhead * fresh.Overhead) ? 0
            : 1;
    }
}
