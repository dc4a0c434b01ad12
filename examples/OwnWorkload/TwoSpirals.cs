using AutoSelect.Contracts;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OwnWorkload;

/// <summary>
/// Two interleaved spirals in the plane: which one does a point belong to? Easy to look at and hard for plain gradient descent. A class
/// like this one is all that a task of your own needs: say what it is, load the data, build the model, give loss and metric. What each
/// may do and must not: docs/own-workloads.md.
/// </summary>
public sealed class TwoSpirals : Workload
{
    public override WorkloadDescription Description { get; } = new()
    {
        Name = "two-spirals",
        Summary = "Tell two interleaved spirals apart",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        // Options can be set in the job file, under workload. Unknown ones are refused with a list of these.
        Options =
        [
            new() { Name = "turns", Default = "2", Summary = "turns of each spiral" },
            new() { Name = "examples", Default = "20000", Summary = "training examples" },
            new() { Name = "width", Default = "64", Summary = "width of the two hidden layers" },
        ],
        TrainingExamples = 20_000,
        ForwardMultiplyAdds = (2 * 64) + (64 * 64) + (64 * 2),
    };

    /// <summary>Called once, before anything else. Data stays on the CPU here; the device process moves it.</summary>
    public override WorkloadData Load(WorkloadSetup setup)
    {
        var (turns, examples) = (setup.Option("turns", 2), setup.Option("examples", 20_000, minimum: 100));
        return new WorkloadData
        {
            Training = Spirals(examples, turns, seed: 1),
            // Decisions are made on the validation data; the test data is looked at once, at the end.
            Validation = Spirals(2_000, turns, seed: 2),
            Test = Spirals(2_000, turns, seed: 3),
        };
    }

    /// <summary>The generator is seeded before the call, so that all candidates start from the same weights.</summary>
    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup)
    {
        var width = setup.Option("width", 64);
        return Sequential(
            ("hidden1", Linear(2, width)), ("tanh1", Tanh()),
            ("hidden2", Linear(width, width)), ("tanh2", Tanh()),
            ("output", Linear(width, 2)));
    }

    /// <summary>Mean over the batch.</summary>
    public override Tensor Loss(Tensor output, Tensor target) => functional.cross_entropy(output, target);

    /// <summary>Sum over the batch; it is divided by the number of examples at the end.</summary>
    public override Tensor MetricSum(Tensor output, Tensor target) => output.argmax(1).eq(target).sum();

    private static TensorExamples Spirals(int count, int turns, int seed)
    {
        var random = new Random(seed);
        var points = new float[2 * count];
        var labels = new long[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = i % 2;
            var radius = Math.Sqrt(random.NextDouble());
            var angle = 2 * Math.PI * ((turns * radius) + (labels[i] / 2.0));
            points[2 * i] = (float)((radius * Math.Cos(angle)) + Noise(random));
            points[(2 * i) + 1] = (float)((radius * Math.Sin(angle)) + Noise(random));
        }
        using var scope = NewDisposeScope();
        return new TensorExamples(tensor(points).reshape(count, 2), tensor(labels));
    }

    private static double Noise(Random random) => 0.02 * (random.NextDouble() - random.NextDouble());
}
