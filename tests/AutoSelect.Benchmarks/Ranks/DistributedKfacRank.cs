using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>One rank of <see cref="DistributedKfac"/>, a process of its own.</summary>
internal sealed class DistributedKfacRank : Benchmark
{
    private const int BurnIn = 20;

    public override string Name => "distributed-kfac-rank";

    public override string Summary => "one rank, started by distributed-kfac: address port rank token";

    public override int Run(string[] arguments)
    {
        var options = new BenchmarkOptions(arguments[4..]);
        using var connection = new RankConnection(arguments, new GroupOptions());
        var (batch, steps) = (options.Integer("batch", 500), options.Integer("steps", 50));
        var (group, ranks) = (connection.Group, new TrainingRanks(connection.Group));
        var workload = new Autoencoder();
        var setup = new WorkloadSetup
        {
            Options = new Dictionary<string, string> { ["data"] = options.Text("data"), ["examples"] = options.Text("examples", "10000") },
            DataDirectory = Path.GetTempPath(),
        };
        using var data = workload.Load(setup);
        torch.manual_seed(1);
        using var model = workload.CreateModel(setup);
        TrainingStrategy strategy = options.Text("strategy", "kfac") switch
        {
            "kfac" => new Kfac(),
            "noisy-kfac" => new NoisyKfac(),
            "kfac-large-batch" => new KfacLargeBatch(),
            var other => throw new ArgumentException($"strategy is '{other}'; it must be kfac, kfac-large-batch or noisy-kfac"),
        };
        var given = new Dictionary<string, double>
        {
            ["damping"] = 3e-4,
            ["inverseInterval"] = options.Integer("inverseInterval", 5),
            ["burnInSteps"] = BurnIn,
        };
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
        var (figures, snapshots, loss) = (new List<StepFigures>(), new List<int>(), 0.0);
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
        var later = figures.Skip(BurnIn).Chunk(cycle).Where(c => c.Length == cycle)
            .Select(c => new StepFigures(c.Average(f => f.Wall), c.Average(f => f.Cpu), (long)c.Average(f => f.Bytes)));
        connection.Answer(JsonSerializer.Serialize(new KfacOutcome(
            Typical(later), Typical(figures.Skip(3).Take(BurnIn - 3)), loss, [.. snapshots], (int)model.parameters().Sum(p => p.numel()))));
        return 0;
    }

    private static StepFigures Typical(IEnumerable<StepFigures> figures)
    {
        var all = figures.ToArray();
        return new(all.Select(f => f.Wall).LowerQuartile(), all.Select(f => f.Cpu).LowerQuartile(),
            (long)all.Average(f => f.Bytes));
    }
}
