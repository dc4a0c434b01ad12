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
        (string Name, int Ranks, double Jitter)[] contenders = [("one rank", 1, 0), ($"{ranks} ranks", ranks, 0), ("one, other rounding", 1, 1e-7)];
        var outcomes = contenders.ToDictionary(c => c.Name, _ => new List<Outcome>());
        var folder = Directory.CreateTempSubdirectory("autoselect-distributed-kfac").FullName;
        for (var round = 0; round < options.Integer("rounds", 3); round++)
            foreach (var (name, count, jitter) in contenders.Where(c => c.Jitter == 0 || round == 0))
            {
                var output = RankProcesses.Run(Name, count, [.. arguments.Where(a => !a.StartsWith("ranks=", StringComparison.Ordinal)), $"weights={Path.Combine(folder, name)}", $"jitter={jitter.ToString(CultureInfo.InvariantCulture)}"]);
                outcomes[name].Add(JsonSerializer.Deserialize<Outcome>(output[0])!);
            }

        var (one, several) = (outcomes[contenders[0].Name], outcomes[contenders[1].Name]);
        Console.WriteLine("behind the burn-in: wall ms and rank 0's CPU ms a step, bytes rank 0 sends a step; the same in the burn-in (lower quartiles, best round); last loss");
        foreach (var (name, found) in outcomes)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {1e3 * found.Min(o => o.Later.Wall),9:F2} {1e3 * found.Min(o => o.Later.Cpu),9:F2} {found[0].Later.Bytes,12:N0}   {1e3 * found.Min(o => o.BurnIn.Wall),9:F2} {1e3 * found.Min(o => o.BurnIn.Cpu),9:F2} {found[0].BurnIn.Bytes,12:N0}  {found[0].Loss,9:F3}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"speed-up by wall and by CPU time: {one.Min(o => o.Later.Wall) / several.Min(o => o.Later.Wall):F2} {one.Min(o => o.Later.Cpu) / several.Min(o => o.Later.Cpu):F2}; in the burn-in {one.Min(o => o.BurnIn.Wall) / several.Min(o => o.BurnIn.Wall):F2} {one.Min(o => o.BurnIn.Cpu) / several.Min(o => o.BurnIn.Cpu):F2}"));
        var snapshots = contenders.Select(c => File.ReadAllBytes(Path.Combine(folder, c.Name)).Chunk(one[0].Parameters * sizeof(float)).Select(chunk => MemoryMarshal.Cast<byte, float>(chunk).ToArray()).ToArray()).ToArray();
        Console.WriteLine("step, relative distance of the weights to those of one rank: several ranks, one rank with weights moved by 1e-7 at the start");
        for (var i = 0; i < snapshots[0].Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one[0].Snapshots[i],4} {Distance(snapshots[1][i], snapshots[0][i]),9:E1} {Distance(snapshots[2][i], snapshots[0][i]),9:E1}"));
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b).Sum(p => Math.Pow(p.First - p.Second, 2)) / b.Sum(v => (double)v * v));

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
        using var exchange = new GradientExchange(model, ranks, GradientCommunication.Parse("fp32"), new ExchangePlan(), seed: 1);
        task.Gradients = new ExchangePass(task.Gradients, exchange);
        using var order = new DataOrder(1, data.Training.Count, batch, CPU);
        using var stepper = strategy.Start(task);
        if (options.Number("jitter", 0) is > 0 and var jitter)
        {
            using var off = no_grad();
            using var other = new Generator(2);
            foreach (var parameter in model.parameters()) parameter.mul_(1 + jitter * randn(parameter.shape, generator: other));
        }
        var (figures, snapshots, loss) = (new List<Figures>(), new List<int>(), 0.0);
        using var weights = ranks.Rank == 0 ? File.Create(options.Text("weights")) : null;
        group.Barrier();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var (sent, cpu, started) = (group.BytesSent, ThreadCpuClock.Seconds, Stopwatch.GetTimestamp());
            loss = stepper.Step(data.Training.Pick(ranks.PartOf(order.Indices(step)))).ToDouble();
            figures.Add(new(Stopwatch.GetElapsedTime(started).TotalSeconds, ThreadCpuClock.Seconds - cpu, group.BytesSent - sent));
            if (step + 1 is not (1 or 5 or 10 or 20) && step + 1 != steps) continue;
            snapshots.Add(step + 1);
            weights?.Write(nn.utils.parameters_to_vector(model.parameters()).detach().bytes);
        }
        // Whole cycles of inversions, so that the mean over a cycle is what is compared.
        var cycle = options.Integer("inverseInterval", 5);
        var later = figures.Skip(BurnIn).Chunk(cycle).Where(c => c.Length == cycle).Select(c => new Figures(c.Average(f => f.Wall), c.Average(f => f.Cpu), (long)c.Average(f => f.Bytes)));
        Console.WriteLine(JsonSerializer.Serialize(new Outcome(Typical(later), Typical(figures.Skip(3).Take(BurnIn - 3)), loss, [.. snapshots], (int)model.parameters().Sum(p => p.numel()))));
        return 0;
    }

    private static Figures Typical(IEnumerable<Figures> figures)
    {
        var all = figures.ToArray();
        return new(all.Select(f => f.Wall).Order().ElementAt(all.Length / 4), all.Select(f => f.Cpu).Order().ElementAt(all.Length / 4), (long)all.Average(f => f.Bytes));
    }

    private sealed record Figures(double Wall, double Cpu, long Bytes);

    private sealed record Outcome(Figures Later, Figures BurnIn, double Loss, int[] Snapshots, int Parameters);
}
