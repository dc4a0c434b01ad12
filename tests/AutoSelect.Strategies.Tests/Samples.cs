using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // torch has one random generator a process

namespace AutoSelect.Strategies.Tests;

/// <summary>Small training tasks.</summary>
internal static class Samples
{
    /// <summary>Every strategy of the assembly, by name.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    public static IReadOnlyDictionary<string, TrainingStrategy> All { get; } = typeof(Sgd).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(TrainingStrategy)) && !type.IsAbstract)
        .Select(type => (TrainingStrategy)Activator.CreateInstance(type)!)
        .ToDictionary(strategy => strategy.Description.Name);

    public static TrainingTask Task(TrainingStrategy strategy, Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss,
        int batchSize = 32, long horizon = 200, double warmup = 0, Func<Tensor, Tensor?>? sampleTargets = null,
        TrainingRanks? ranks = null, params (string Name, double Value)[] hyperparameters) => new()
        {
            Model = model,
            Loss = loss,
            SampleTargets = sampleTargets,
            Ranks = ranks,
            HorizonSteps = horizon,
            Strategy = strategy.Description,
            Candidate = new Candidate
            {
                Name = "sample",
                Strategy = strategy.Description.Name,
                BatchSize = batchSize,
                Seed = 1,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1, WarmupFraction = warmup },
                Hyperparameters = hyperparameters.ToImmutableSortedDictionary(h => h.Name, h => h.Value),
            },
        };

    /// <summary>K-FAC on a task, with its blocks in view.</summary>
    public static KfacStepper Kfac(TrainingTask task) => KfacStepper.Create(task, KfacSettings.ForTask(task));

    public static Tensor MeanSquare(Tensor output, Tensor target) => functional.mse_loss(output, target);

    public static Tensor CrossEntropy(Tensor output, Tensor target) => functional.cross_entropy(output, target);

    /// <summary>Convolution, batch norm and linear layers over [n, 2, 6, 6] images of 3 classes.</summary>
    public static Module<Tensor, Tensor> Network(long seed = 3)
    {
        torch.manual_seed(seed);
        return Layers();
    }

    /// <summary>The layers of <see cref="Network"/>, drawn from where libtorch's generator stands.</summary>
    public static Module<Tensor, Tensor> Layers() =>
        Sequential(Conv2d(2, 4, 3, stride: 2, padding: 1), BatchNorm2d(4), Tanh(), Flatten(), Linear(36, 8), ReLU(), Linear(8, 3));

    /// <summary>Images whose class is the third with the greatest sum of its rows.</summary>
    public static Batch Images(long seed, int count = 32)
    {
        var generator = new Generator((ulong)seed);
        var images = randn([count, 2, 6, 6], generator: generator).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        return new Batch(images, images.view(count, 2, 3, 12).sum([1, 3]).argmax(1).DetachFromDisposeScope());
    }

    /// <summary>Does steps and returns each one's loss.</summary>
    public static double[] Train(Stepper stepper, Func<long, Batch> batch, int steps)
    {
        var losses = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            losses[i] = stepper.Step(batch(stepper.Steps)).ToDouble();
        }
        return losses;
    }

    /// <summary>All parameters and buffers as bytes.</summary>
    public static byte[] Bytes(Module model) =>
        [.. model.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry => entry.Value.detach().clone().bytes.ToArray())];
}
