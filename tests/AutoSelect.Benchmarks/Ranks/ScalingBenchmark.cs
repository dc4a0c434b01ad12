using AutoSelect.Contracts;

namespace AutoSelect.Benchmarks;

/// <summary>Step time of several ranks over one rank's at the same global batch, segments of both in turns; lower quartiles.</summary>
internal sealed class ScalingBenchmark : Benchmark
{
    private const double Wanted = 1.8;

    public override string Name => "ranks-scaling";

    public override string Summary => "speed-up of training on several ranks: [ranks=2] [workload=fashion-mnist-cnn] [strategy=sgd] "
        + "[batch=512] [steps=40] [rounds=7] [communication=fp32,…] [overlap=None|Backward|BackwardAndForward] [option=name=value, "
        + "repeatable]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (ranks, rounds) = (options.Integer("ranks", 2), options.Integer("rounds", 7));
        var communications = options.List("communication", "fp32");
        var run = WholeRun.Timed(options.Text("workload", "fashion-mnist-cnn"), options, batch: 512, steps: 40) with
        {
            Options = options.All("option"),
        };
        var plan = new ExchangePlan { Overlap = Enum.Parse<ExchangeOverlap>(options.Text("overlap", "None")) };
        var folder = Directory.CreateTempSubdirectory("autoselect-scaling").FullName;
        using var trainer = new RankedTrainer(ranks);
        double Step(WholeRun what) => trainer.Train(what.Assignment(folder)).Report!.StepTime!.LowerQuartileSeconds;
        var alone = new List<double>();
        var together = communications.ToDictionary(c => c, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            alone.Add(Step(run));
            foreach (var communication in communications)
                together[communication].Add(Step(run with { Ranks = ranks, Communication = communication, Plan = plan }));
        }
        Directory.Delete(folder, recursive: true);
        Console.WriteLine($"{run.Workload}, {run.Strategy}, batch {run.Batch}: 1 rank {1e3 * alone.LowerQuartile():F2} ms a step");
        var met = true;
        foreach (var (communication, times) in together)
        {
            // Each round's ratio is of neighbours in time, which suffer the same other load.
            var ratios = alone.Zip(times, (a, b) => a / b).Order().ToList();
            var speedUp = alone.LowerQuartile() / times.LowerQuartile();
            Console.WriteLine(
                $"{ranks} ranks, {communication}: {1e3 * times.LowerQuartile():F2} ms a step, speed-up {speedUp:F2} "
                + $"(rounds {ratios[0]:F2} to {ratios[^1]:F2}), efficiency {speedUp / ranks:P0}");
            met &= speedUp >= Wanted * ranks / 2;
        }
        return met ? 0 : 1;
    }
}
