using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Time of a step in the segment trainer against a bare TorchSharp loop that does the same steps on the same data, in turns, and the memory
/// of the process over many steps. Arguments: rounds (default 30), steps a round (100), steps of the memory run (10000; 0 leaves it out).
/// </summary>
internal sealed class TrainingOverhead : Benchmark
{
    private const int BatchSize = 256;
    private const double Target = .02;

    public override string Name => "training-overhead";

    public override string Summary => "segment trainer against a bare TorchSharp loop, batch 256, MLP and CNN; memory over 10,000 steps";

    public override int Run(string[] arguments)
    {
        int Argument(int index, int fallback) =>
            arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : fallback;
        var (rounds, steps, memorySteps) = (Argument(0, 30), Argument(1, 100), Argument(2, 10_000));
        Console.WriteLine(
            $"batch {BatchSize}, {rounds} rounds of {steps} steps in turns, one thread; milliseconds of thread-CPU time a step, lower "
            + "quartile of rounds");
        Console.WriteLine($"{"workload",-18} {"bare",8} {"trainer",8} {"overhead",9}   {"wall bare",9} {"trainer",8}");
        var worst = new[] { "fashion-mnist-mlp", "fashion-mnist-cnn" }.Max(workload => Compare(workload, rounds, steps));
        if (memorySteps > 0) Memory(memorySteps);
        Console.WriteLine($"worst overhead {worst:P2}; at most {Target:P0} is wanted");
        return worst <= Target ? 0 : 1;
    }

    private static double Compare(string workload, int rounds, int steps)
    {
        using var run = new TrainerRun(workload);
        using var bare = new BareLoop(workload, BatchSize);
        run.Train(steps);
        bare.Train(steps);
        var (bareTimes, trainerTimes) = (new List<(double Cpu, double Wall)>(), new List<(double Cpu, double Wall)>());
        for (var round = 0; round < rounds; round++)
        {
            // Turns change places, so that neither always follows the other's caches.
            if (round % 2 == 0) bareTimes.Add(bare.Train(steps));
            trainerTimes.Add(run.Train(steps));
            if (round % 2 == 1) bareTimes.Add(bare.Train(steps));
        }
        var overhead = (Quartile(trainerTimes, t => t.Cpu) / Quartile(bareTimes, t => t.Cpu)) - 1;
        double Milliseconds(List<(double Cpu, double Wall)> times, Func<(double Cpu, double Wall), double> pick) =>
            1000 * Quartile(times, pick) / steps;
        Console.WriteLine(
            $"{workload,-18} {Milliseconds(bareTimes, t => t.Cpu),8:F3} {Milliseconds(trainerTimes, t => t.Cpu),8:F3} {overhead,9:P2}   "
            + $"{Milliseconds(bareTimes, t => t.Wall),9:F3} {Milliseconds(trainerTimes, t => t.Wall),8:F3}");
        return overhead;
    }

    private static void Memory(int steps)
    {
        using var run = new TrainerRun("fashion-mnist-mlp", evaluationsPerEpoch: 2);
        Console.WriteLine("\nmemory of the process while the MLP trains, evaluations included");
        run.Train(500);
        var before = ResidentMegabytes();
        Console.WriteLine($"{"step",8} {"MB",8} {"live tensors",13}");
        for (var done = 0; done <= steps; done += Math.Max(1, steps / 10))
        {
            Console.WriteLine($"{500 + done,8} {ResidentMegabytes(),8:F1} {Tensor.TotalCount,13}");
            if (done < steps) run.Train(Math.Max(1, steps / 10));
        }
        Console.WriteLine($"growth {ResidentMegabytes() - before:F1} MB");
    }

    private static double Quartile(List<(double Cpu, double Wall)> times, Func<(double Cpu, double Wall), double> pick) =>
        times.Select(pick).LowerQuartile();

    private static double ResidentMegabytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize / 1e6;

    internal static SegmentAssignment Assignment(
        string workload, Checkpoint? from, long untilStep, double evaluationsPerEpoch, string folder) => new()
        {
            Job = new("overhead"),
            Trial = new(workload),
            LeaseToken = 1,
            Candidate = new()
            {
                Name = "sgd",
                Strategy = "sgd",
                Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", .05),
                BatchSize = BatchSize,
                Schedule = new() { Kind = ScheduleKind.Constant, HorizonEpochs = 1000 },
                Seed = 1,
            },
            Workload = new() { Name = workload, Options = Options },
            Evaluation = new() { PerEpoch = evaluationsPerEpoch },
            From = from,
            UntilStep = untilStep,
            CheckpointEverySeconds = double.PositiveInfinity,
            Folder = folder,
            HorizonSteps = 1_000_000,
            Direction = Direction.Maximize,
            Rung = 0,
        };

    internal static ImmutableSortedDictionary<string, string> Options { get; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("dataset", "synthetic").Add("examples", "20000");
}
