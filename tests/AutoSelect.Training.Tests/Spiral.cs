using AutoSelect.Contracts;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

/// <summary>A small made-up classification task with BatchNorm and dropout in its model, so that all kinds of state count.</summary>
public sealed class Spiral : Workload
{
    /// <summary>Indices of the examples picked for training, in order, when set.</summary>
    public static List<long>? Seen { get; set; }

    /// <summary>Thrown by the loss at the given call, when set.</summary>
    public static (int Call, Exception Error)? Fault { get; set; }

    public override WorkloadDescription Description { get; } = new()
    {
        Name = "spiral",
        Summary = "",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Options = [new() { Name = "size", Default = "640", Summary = "" },
            new() { Name = "layers", Default = "all", Summary = "plain leaves BatchNorm and dropout out" }],
    };

    public override WorkloadData Load(WorkloadSetup setup) => new()
    {
        Training = new Recorded(Make(setup.Option("size", 640), 1)),
        Validation = Make(200, 2),
        Test = Make(100, 3),
    };

    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup) =>
        setup.Option("layers", "all") == "plain" ? Deterministic(Sequential(
            ("hidden", Linear(2, 16)), ("relu", ReLU()), ("middle", Linear(16, 16)), ("relu2", ReLU()),
            ("output", Linear(16, 2)))) : Sequential(
        ("hidden", Linear(2, 16)), ("norm", BatchNorm1d(16)), ("relu", ReLU()), ("drop", Dropout(.2)), ("output", Linear(16, 2)));

    public override Tensor Loss(Tensor output, Tensor target)
    {
        if (Fault is { } fault)
        {
            if (fault.Call == 1) throw fault.Error;
            Fault = (fault.Call - 1, fault.Error);
        }
        return functional.cross_entropy(output, target);
    }

    public override Tensor? ClassProbabilities(Tensor targets, long classes) => functional.one_hot(targets, classes).to(ScalarType.Float32);

    public override Tensor MetricSum(Tensor output, Tensor target) => output.argmax(1).eq(target).sum();

    /// <summary>
    /// Initial weights that do not come from libtorch's generator, so that threads of this process can make the same model.
    /// </summary>
    private static Module<Tensor, Tensor> Deterministic(Module<Tensor, Tensor> model)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var random = new SplitMix64(11, 4);
        foreach (var parameter in model.parameters())
        {
            var values = new float[parameter.numel()];
            for (var i = 0; i < values.Length; i++) values[i] = (float)(.6 * random.Normal());
            parameter.copy_(tensor(values).reshape(parameter.shape));
        }
        return model;
    }

    private static TensorExamples Make(int count, int stream)
    {
        var random = new SplitMix64(5, stream);
        var points = new float[count * 2];
        var labels = new long[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Below(2);
            var radius = random.Uniform();
            var angle = (4 * radius) + (Math.PI * labels[i]) + (.1 * random.Normal());
            (points[2 * i], points[(2 * i) + 1]) = ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)));
        }
        using var scope = NewDisposeScope();
        return new TensorExamples(tensor(points).reshape(count, 2), tensor(labels));
    }

    private sealed class Recorded(ExampleSet inner) : ExampleSet
    {
        public override int Count => inner.Count;

        public override Batch Pick(Tensor indices)
        {
            // Evaluations pick training examples too, without gradients, to measure BatchNorm.
            if (is_grad_enabled()) Seen?.AddRange(indices.data<long>());
            return inner.Pick(indices);
        }

        public override void To(Device device) => inner.To(device);

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
