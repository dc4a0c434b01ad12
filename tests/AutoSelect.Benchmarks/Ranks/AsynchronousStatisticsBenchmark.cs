using System.Globalization;
using System.Net;
using System.Text.Json;
using AutoSelect.Performance;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Asynchronous SGD on the autoencoder (Fashion-MNIST), ranks as processes, over a slow link and a fast one: mini-batch, staleness and
/// epoch time against what the statistics model says from the mean and deviation of the two measured times.
/// </summary>
internal sealed class AsynchronousStatisticsBenchmark : Benchmark
{
    private const double MostMiniBatch = .1, MostStaleness = .2, MostVariation = .15;

    public override string Name => "asynchronous";

    public override string Summary => "mini-batch and staleness of asynchronous SGD against the model: autoencoder [ranks=2] "
        + "[links=1Gbit:1ms,memory] [batches=32,256] [rounds=500] [data=<folder>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (missed, ranks) = (0, options.Integer("ranks", 2));
        Console.WriteLine(
            "link, micro-batch, gradient ms (deviation), round ms (deviation), ρ; each predicted, measured: mean mini-batch, mean "
            + "staleness, epoch s; total variation of mini-batch, staleness; the same with deviations from the quartiles");
        foreach (var (link, batch) in options.List("links", "1Gbit:1ms,memory").Zip(options.List("batches", "32,256")))
        {
            var token = Guid.NewGuid();
            using var processes = RankProcesses.Start(ranks, port => RankProcesses.Own(
                ranks, IPAddress.Loopback, port, "asynchronous-rank", [$"{token}", .. arguments, $"link={link}", $"batch={batch}"]));
            missed += Compare(link, int.Parse(batch, CultureInfo.InvariantCulture),
                [.. processes.Hear().Select(answer => JsonSerializer.Deserialize<AsynchronousOutcome>(answer)!)]);
        }
        Console.WriteLine(missed == 0 ? "every aim is met" : $"{missed} aims are missed");
        return missed == 0 ? 0 : 1;
    }

    private static int Compare(string link, int batch, AsynchronousOutcome[] ranks)
    {
        var (gradient, round) = (Pooled(ranks, r => r.Gradient, t => t.Deviation), Pooled(ranks, r => r.Round, t => t.Deviation));
        var samples = ranks.Sum(r => r.Staleness.Sum()) * batch;
        var forecast = AsynchronousStatistics.Predict(
            new() { Gradient = gradient, Update = round, Workers = ranks.Length, MicroBatch = batch }, samples);
        var staleness = new long[ranks.Max(r => r.Staleness.Length)];
        foreach (var rank in ranks)
            for (var i = 0; i < rank.Staleness.Length; i++) staleness[i] += rank.Staleness[i];
        var (gradients, seconds) = (ranks[0].GradientsPerRound, ranks.Average(r => r.Seconds));
        var (miniBatch, meanStaleness) = (batch * Mean(gradients), Mean(staleness));
        var (variationOfBatch, variationOfStaleness) =
            (Variation(gradients, forecast.MicroStepsPerUpdate), Variation(staleness, forecast.Staleness));
        // What stalls a processor for long lengthens gradients and rounds together, and leaves the counts as they are.
        var settings = new AsynchronousSettings
        {
            Gradient = Pooled(ranks, r => r.Gradient, t => t.Spread),
            Update = Pooled(ranks, r => r.Round, t => t.Spread),
            Workers = ranks.Length,
            MicroBatch = batch,
        };
        var calm = AsynchronousStatistics.Predict(settings, samples);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{link,8} {batch,4}  {1e3 * gradient.MeanSeconds:F1} ({1e3 * gradient.StandardDeviation:F1})  {1e3 * round.MeanSeconds:F1} "
            + $"({1e3 * round.StandardDeviation:F1})  {round.MeanSeconds / gradient.MeanSeconds:F2};  {forecast.MeanMiniBatch:F1} "
            + $"{miniBatch:F1}  {forecast.Staleness.Mean:F3} {meanStaleness:F3}  {forecast.Epoch.MedianSeconds:F2} {seconds:F2};  "
            + $"{variationOfBatch:F3} {variationOfStaleness:F3}; {Variation(gradients, calm.MicroStepsPerUpdate):F3} "
            + $"{Variation(staleness, calm.Staleness):F3}"));
        return new[]
        {
            Math.Abs(forecast.MeanMiniBatch / miniBatch - 1) <= MostMiniBatch,
            Math.Abs(forecast.Staleness.Mean / meanStaleness - 1) <= MostStaleness,
            variationOfBatch <= MostVariation,
            variationOfStaleness <= MostVariation,
        }.Count(met => !met);
    }

    // Of all single times together, as the ranks' processors are not equally busy.
    private static TimeDistribution Pooled(
        AsynchronousOutcome[] ranks, Func<AsynchronousOutcome, Times> times, Func<Times, double> deviation)
    {
        var all = ranks.Sum(r => (double)times(r).Count);
        var mean = ranks.Sum(r => times(r).Count * times(r).Mean) / all;
        return new(
            mean, Math.Sqrt(ranks.Sum(r => times(r).Count * (Math.Pow(deviation(times(r)), 2) + Math.Pow(times(r).Mean - mean, 2))) / all));
    }

    private static double Mean(long[] counts) => counts.Select((count, value) => (double)count * value).Sum() / counts.Sum();

    private static double Variation(long[] counts, CountDistribution predicted)
    {
        var all = (double)counts.Sum();
        return Enumerable.Range(0, Math.Max(counts.Length, predicted.Probabilities.Length))
            .Sum(k => Math.Abs((k < counts.Length ? counts[k] / all : 0) - predicted.Probability(k))) / 2;
    }
}
