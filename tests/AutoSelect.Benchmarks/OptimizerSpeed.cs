using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Thread-CPU time of a step of every strategy over one of SGD on the CNN (batch 256) and the transformer (batch 32), synthetic data, in
/// turns. With <c>pytorch=eng/time-pytorch-optimizers</c> also over PyTorch's own optimizers, which take their turns in a process beside
/// this one.
/// </summary>
internal sealed class OptimizerSpeed : Benchmark
{
    private const double Target = 1.05;

    private static readonly (string Workload, int BatchSize)[] tasks = [("fashion-mnist-cnn", 256), ("char-transformer", 32)];

    public override string Name => "optimizer-speed";

    public override string Summary => "step time of every strategy over SGD's: CNN and transformer [rounds=20] [steps=20] "
        + "[only=<strategy>,…] [pytorch=eng/time-pytorch-optimizers]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        var (rounds, steps, only, script) =
            (options.Integer("rounds", 20), options.Integer("steps", 20), options.List("only"), options.Text("pytorch"));
        using var pytorch = script.Length > 0 ? new PyTorchTimer(script, steps) : null;
        var strategies = new StrategyCatalogue(typeof(Sgd).Assembly);
        string[] names =
        [
            "sgd", .. strategies.Descriptions.Select(s => s.Name).Where(n => n != "sgd" && (only.Length == 0 || only.Contains(n)))
        ];
        var worst = 0.0;
        foreach (var (workload, batchSize) in tasks)
        {
            Console.WriteLine(
                $"\n{workload}, batch {batchSize}, {rounds} rounds of {steps} steps in turns; milliseconds of thread-CPU time a step, "
                + "lower quartile of rounds");
            Console.WriteLine($"{"strategy",-20} {"ms",8} {"over sgd",9} {"over PyTorch",13}");
            var (times, others) = Measure(strategies, names, workload, batchSize, rounds, steps, pytorch);
            foreach (var name in names)
            {
                var theirs = others.GetValueOrDefault(name, double.NaN);
                Console.WriteLine(
                    $"{name,-20} {times[name],8:F3} {times[name] / times["sgd"],9:F2} "
                    + $"{(double.IsNaN(theirs) ? "" : (times[name] / theirs).ToString("F2", CultureInfo.InvariantCulture)),13}");
                if (!double.IsNaN(theirs)) worst = Math.Max(worst, times[name] / theirs);
            }
        }
        if (pytorch is not null) Console.WriteLine($"\nworst over PyTorch {worst:F2}; at most {Target:F2} is wanted");
        return worst <= Target ? 0 : 1;
    }

    private static (Dictionary<string, double> Ours, Dictionary<string, double> PyTorch) Measure(
        StrategyCatalogue strategies, string[] names, string workloadName, int batchSize, int rounds, int steps, PyTorchTimer? pytorch)
    {
        var options = ImmutableSortedDictionary<string, string>.Empty.Add("dataset", "synthetic").Add("examples", "2000");
        var workload = new WorkloadCatalogue().Create(new() { Name = workloadName, Options = options });
        var setup = new WorkloadSetup { Options = options, DataDirectory = Path.GetTempPath() };
        using var data = workload.Load(setup);
        using var outer = NewDisposeScope();
        var batch = data.Training.Pick(arange(batchSize));
        var steppers = names.ToDictionary(name => name, name => Start(strategies[name], workload, setup, batchSize));
        var times = names.ToDictionary(name => name, _ => new List<double>());
        var others = new Dictionary<string, List<double>>();
        for (var round = -1; round < rounds; round++)
        {
            foreach (var name in names)
            {
                var started = ThreadCpuClock.Seconds;
                for (var i = 0; i < steps; i++)
                {
                    using var scope = NewDisposeScope();
                    steppers[name].Step(batch);
                }
                if (round >= 0) times[name].Add(1e3 * (ThreadCpuClock.Seconds - started) / steps); // the first round warms up
            }
            foreach (var (name, time) in pytorch?.Round(workloadName) ?? [])
            {
                others.TryAdd(name, []);
                if (round >= 0) others[name].Add(time);
            }
        }
        foreach (var stepper in steppers.Values) stepper.Dispose();
        return (LowerQuartiles(times), LowerQuartiles(others));
    }

    private static Dictionary<string, double> LowerQuartiles(Dictionary<string, List<double>> times) =>
        times.ToDictionary(t => t.Key, t => t.Value.LowerQuartile());

    private static Stepper Start(TrainingStrategy strategy, Workload workload, WorkloadSetup setup, int batchSize)
    {
        manual_seed(1);
        return strategy.Start(new TrainingTask
        {
            Model = workload.CreateModel(setup),
            Loss = workload.Loss,
            SampleTargets = workload.SampleTargets,
            HorizonSteps = 1_000_000,
            Strategy = strategy.Description,
            // A rate at which nothing moves far: only the time counts.
            Candidate = new Candidate
            {
                Name = "speed",
                Strategy = strategy.Description.Name,
                BatchSize = batchSize,
                Seed = 1,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
                Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", 1e-3),
            },
        });
    }
}
