using System.Diagnostics;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Benchmarks;

/// <summary>What one would write by hand around the same strategy: shuffle, pick a batch, step, read the loss.</summary>
internal sealed class BareLoop : IDisposable
{
    private readonly int batchSize;
    private readonly WorkloadData data;
    private readonly Module<Tensor, Tensor> model;
    private readonly Stepper stepper;
    private Tensor permutation;
    private int next;

    public BareLoop(string name, int batchSize)
    {
        this.batchSize = batchSize;
        var workload = new WorkloadCatalogue().Create(new() { Name = name, Options = TrainingOverhead.Options });
        var setup = new WorkloadSetup { Options = TrainingOverhead.Options, DataDirectory = Path.GetTempPath() };
        data = workload.Load(setup);
        manual_seed(1);
        model = workload.CreateModel(setup);
        var strategy = new Sgd();
        stepper = strategy.Start(new TrainingTask
        {
            Model = model,
            Loss = workload.Loss,
            Candidate = TrainingOverhead.Assignment(name, null, 0, 1, "").Candidate,
            HorizonSteps = 1_000_000,
            Strategy = strategy.Description,
        });
        permutation = randperm(data.Training.Count, dtype: ScalarType.Int64);
    }

    /// <summary>Last loss read.</summary>
    public float Loss { get; private set; }

    public (double Cpu, double Wall) Train(int steps)
    {
        var (cpu, wall) = (ThreadCpuClock.Seconds, Stopwatch.GetTimestamp());
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            if (next + batchSize > data.Training.Count)
            {
                permutation.Dispose();
                permutation = randperm(data.Training.Count, dtype: ScalarType.Int64).DetachFromDisposeScope();
                next = 0;
            }
            Loss = stepper.Step(data.Training.Pick(permutation.narrow(0, next, batchSize))).item<float>();
            next += batchSize;
        }
        return (ThreadCpuClock.Seconds - cpu, Stopwatch.GetElapsedTime(wall).TotalSeconds);
    }

    public void Dispose()
    {
        permutation.Dispose();
        stepper.Dispose();
        model.Dispose();
        data.Dispose();
    }
}
