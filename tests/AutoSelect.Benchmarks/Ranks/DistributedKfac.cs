using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// K-FAC on the autoencoder (Fashion-MNIST) with its batch, factors and inversions split over ranks against one rank with the same global batch: time of a
/// step, bytes a rank sends, and how far the weights are apart. One rank and several take turns, each in processes of one thread.
/// </summary>
internal sealed class DistributedKfac : Benchmark
{
    private const int BurnIn = 20;

    public override string Name => "distributed-kfac";

    public override string Summary => "step time, bytes and weights of K-FAC on ranks against one: autoencoder [ranks=2] [batch=500] [steps=50] [rounds=3] [inverseInterval=5] [strategy=kfac] [data=<folder>]";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments);
        if (options.Integer("rank", -1) >= 0) return Train(options);
        var ranks = options.Integer("ranks", 2);
        Dictionary<int, List<Outcome>> outcomes = new() { [1] = [], [ranks] = [] };
        var folder = Directory.CreateTempSubdirectory("autoselect-distributed-kfac").FullName;
        for (var round = 0; round < options.Integer("rounds", 3); round++)
            foreach (var count in outcomes.Keys)
            {
                // The later options win, so the ranks given stand behind those of the command line.
                var output = RankProcesses.Run(Name, count, [.. arguments.Where(a => !a.StartsWith("ranks=", StringComparison.Ordinal)), $"weights={Path.Combine(folder, $"{count}")}"]);
                outcomes[count].Add(JsonSerializer.Deserialize<Outcome>(output[0])!);
            }

        Console.WriteLine("ranks, ms a step (lower quartile): all steps behind the burn-in, burn-in; bytes a rank sends a step: behind the burn-in, in it");
        foreach (var (count, found) in outcomes)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,5} {1e3 * found.Min(o => o.Later),9:F2} {1e3 * found.Min(o => o.BurnIn),9:F2} {found[0].LaterBytes,12:N0} {found[0].BurnInBytes,12:N0}"));
        double[] speedUps = [.. outcomes[1].Zip(outcomes[ranks], (one, several) => one.Later / several.Later)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"speed-up: {outcomes[1].Min(o => o.Later) / outcomes[ranks].Min(o => o.Later):F2} (rounds: {string.Join(", ", speedUps.Select(s => s.ToString("F2", CultureInfo.InvariantCulture)))}); in the burn-in {outcomes[1].Min(o => o.BurnIn) / outcomes[ranks].Min(o => o.BurnIn):F2}"));
        var (a, b) = (Weights(folder, 1), Weights(folder, ranks));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"weights apart by {Math.Sqrt(a.Zip(b).Sum(p => Math.Pow(p.First - p.Second, 2)) / a.Sum(v => (double)v * v)):E1} of their norm; last loss {outcomes[1][0].Loss:F4} and {outcomes[ranks][0].Loss:F4}"));
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static float[] Weights(string folder, int ranks) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, $"{ranks}"))).ToArray();

    private static int Train(BenchmarkOptions options)
    {
        var (batch, steps) = (options.Integer("batch", 500), options.Integer("steps", 50));
        using var group = RankProcesses.Join(options);
        var ranks = new TrainingRanks(group);
        var workload = new Autoencoder();
        var setup = new WorkloadSetup
        {
            Options = new Dictionary<string, string> { ["data"] = options.Text("data"), ["examples"] = options.Text("examples", "10000") },
            DataDirectory = Path.GetTempPath(),
        };
        using var data = workload.Load(setup);
        torch.manual_seed(1);
        using var model = workload.CreateModel(setup);
        TrainingStrategy strategy = options.Text("strategy", "kfac") switch { "kfac" => new Kfac(), "noisy-kfac" => new NoisyKfac(), "kfac-large-batch" => new KfacLargeBatch(), var other => throw new ArgumentException($"strategy is '{other}'; it must be kfac, kfac-large-batch or noisy-kfac") };
        var given = new Dictionary<string, double> { ["damping"] = 3e-4, ["inverseInterval"] = options.Integer("inverseInterval", 5), ["burnInSteps"] = BurnIn };
        var task = new TrainingTask
        {
            Model = model,
            Loss = workload.Loss,
            SampleTargets = workload.SampleTargets,
            HorizonSteps = AutoencoderRun.Horizon,
            Strategy = strategy.Description,
            Ranks = ranks,
            Candidate = new Candidate
            {
                Name = "autoencoder",
                Strategy = strategy.Description.Name,
                BatchSize = batch,
                Seed = 1,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1, WarmupFraction = 0 },
                Hyperparameters = given.ToImmutableSortedDictionary(),
            },
        };
        task.Gradients = new PartPass(task, task.Gradients);
        using var order = new DataOrder(1, data.Training.Count, batch, CPU);
        using var stepper = strategy.Start(task);
        var (times, bytes, loss) = (new List<double>(), new List<long>(), 0.0);
        var part = batch / ranks.Size;
        group.Barrier();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var (sent, started) = (group.BytesSent, Stopwatch.GetTimestamp());
            loss = stepper.Step(data.Training.Pick(order.Indices(step).narrow(0, part * ranks.Rank, part))).ToDouble();
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            bytes.Add(group.BytesSent - sent);
        }
        if (ranks.Rank == 0)
        {
            using var scope = NewDisposeScope();
            File.WriteAllBytes(options.Text("weights"), nn.utils.parameters_to_vector(model.parameters()).detach().bytes.ToArray());
        }
        // Whole cycles of inversions, so that the mean over a cycle is what is compared.
        var cycle = options.Integer("inverseInterval", 5);
        var later = times.Skip(BurnIn).Chunk(cycle).Where(c => c.Length == cycle).Select(c => c.Average()).Order().ToArray();
        var early = times.Skip(3).Take(BurnIn - 3).Order().ToArray();
        Console.WriteLine(JsonSerializer.Serialize(new Outcome(later[later.Length / 4], early[early.Length / 4], (long)bytes.Skip(BurnIn).Average(), (long)bytes.Skip(3).Take(BurnIn - 3).Average(), loss)));
        return 0;
    }

    private sealed record Outcome(double Later, double BurnIn, long LaterBytes, long BurnInBytes, double Loss);
}
