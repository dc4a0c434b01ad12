using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Step time of two ranks as the cost model forecasts it, with the plan it chooses, from the steps of one rank on its share of the batch,
/// while the other trains alone too, and from the group's own links; and as it is. All is measured in the same rounds; lower quartiles.
/// </summary>
internal sealed class ForecastBenchmark : Benchmark
{
    private const double MostError = .10;

    public override string Name => "ranks-forecast";

    public override string Summary => "step of two ranks forecast from a probe on one: "
        + "[workloads=fashion-mnist-mlp,fashion-mnist-cnn,autoencoder] [networks=1Gbit:.1ms,100Mbit:2ms] [communication=fp32,fp16] "
        + "[strategy=sgd] [batch=512] [steps=30] [rounds=5]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var met = true;
        foreach (var network in options.List("networks", "1Gbit:.1ms,100Mbit:2ms"))
        {
            var (bandwidth, latency) = NetworkName.Parse(network);
            using var trainer = new RankedTrainer(2, bandwidth, latency);
            foreach (var workload in options.List("workloads", "fashion-mnist-mlp,fashion-mnist-cnn,autoencoder"))
                foreach (var communication in options.List("communication", "fp32,fp16"))
                    met &= Compare(trainer, workload, communication, network, options);
        }
        return met ? 0 : 1;
    }

    private static bool Compare(RankedTrainer trainer, string workload, string communication, string network, BenchmarkOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("autoselect-forecast").FullName;
        var steps = options.Integer("steps", 30);
        var run = WholeRun.Timed(workload, options, batch: 512, steps);
        var capabilities = new StrategyCatalogue(typeof(Sgd).Assembly)[run.Strategy].Description.Capabilities;
        var (forecasts, measured, alone) = (new List<double>(), new List<double>(), new List<double>());
        ExchangePlan plan = new();
        for (var round = 0; round < options.Integer("rounds", 5); round++)
        {
            var probe = (run with { Batch = run.Batch / 2 }).Assignment(folder);
            var links = trainer.Links(probe);
            // As in a probe, where the other devices train other candidates.
            var single = trainer.Train(probe, sideBySide: true).Report!.StepTime!;
            alone.Add(single.MeanSeconds);
            var collectives = CollectiveModel.Fit(links);
            if (options.Integer("trace", 0) == 1)
                Console.WriteLine(
                    $"    spread {single.Spread:P1}, interference {links.Interference:P1}, copies {links.CopySecondsPerByte * 1e9:F3} ns a "
                    + "byte");
            var question = new DataParallelQuestion
            {
                Ranks = 2,
                Compute = new StepTimeForecast(alone[^1], .05, 0, single.Spread),
                Layers = [.. trainer.Layers(probe, run.Batch / 2, steps)],
                IsLocal = links.Local,
                Costs = ProcessorCosts.FromMeasurement(links, collectives.TopologyOf(2).ReductionSecondsPerByte),
            };
            var chosen = RankPlanner.Choose(question, GradientCommunication.Parse(communication), collectives,
                RankPlanner.Permitted(capabilities, clipsByGlobalNorm: false));
            // The first round's plan is run in all: the forecasts have to be of one plan.
            if (round == 0) plan = chosen.Plan;
            forecasts.Add(chosen.Forecast.Step.MedianSeconds);
            var together = (run with { Ranks = 2, Communication = communication, Plan = plan }).Assignment(folder);
            measured.Add(trainer.Train(together).Report!.StepTime!.MeanSeconds);
        }
        Directory.Delete(folder, recursive: true);
        var (forecast, step) = (forecasts.LowerQuartile(), measured.LowerQuartile());
        Console.WriteLine(
            $"{workload,-20} {network,-12} {communication,-8} one rank on half the batch {1e3 * alone.LowerQuartile(),7:F2} ms, "
            + "two forecast "
            + $"{1e3 * forecast,7:F2} ms, measured {1e3 * step,7:F2} ms ({(forecast / step) - 1,6:P1}); overlap {plan.Overlap}, buckets of "
            + $"{plan.BucketBytes >> 10} KiB");
        return Math.Abs((forecast / step) - 1) <= MostError;
    }
}
