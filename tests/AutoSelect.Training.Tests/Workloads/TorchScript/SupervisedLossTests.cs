using AutoSelect.Training.Workloads.TorchScript;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class SupervisedLossTests : TrainingTest
{
    private static double Metric(string name, SupervisedLoss loss, Tensor output, Tensor target) =>
        SupervisedMetric.Named(name, loss).Mean(loss, output, target).to(ScalarType.Float64).item<double>();

    [Fact]
    public void Targets_of_one_axis_go_with_an_output_of_one_column_without_being_broadcast()
    {
        using var scope = NewDisposeScope();
        var (output, target) = (tensor(new float[,] { { 1 }, { 3 } }), tensor(new float[] { 0, 1 }));
        Assert.Equal((1 + 4) / 2.0, Metric("loss", new SquaredError(), output, target), 1e-6);
        Assert.Equal((1 + 2) / 2.0, Metric("mae", new SquaredError(), output, target), 1e-6);
        Assert.Null(new SquaredError().Misfit(output, target, 1));
        Assert.Contains("has the shape [2, 1] and the targets [2, 2]", new SquaredError().Misfit(output, zeros(2, 2), 1));
    }

    [Fact]
    public void Binary_cross_entropy_and_its_accuracy_are_those_of_logits()
    {
        using var scope = NewDisposeScope();
        var (output, target) = (tensor(new float[,] { { 2 }, { -1 }, { .5f }, { -3 } }), tensor(new float[] { 1, 1, 0, 0 }));
        var expected =
            (Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(1)) + Math.Log(1 + Math.Exp(.5)) + Math.Log(1 + Math.Exp(-3))) / 4;
        Assert.Equal(expected, Metric("loss", new BinaryCrossEntropy(), output, target), 1e-6);
        Assert.Equal(.5, Metric("accuracy", new BinaryCrossEntropy(), output, target), 1e-6);
    }

    [Fact]
    public void Cross_entropy_takes_classes_of_every_position()
    {
        using var scope = NewDisposeScope();
        // Two examples, two classes, three positions.
        var output = tensor(new float[] { 1, 0, 0, 0, 1, 2, 0, 0, 3, 1, 1, 0 }).view(2, 2, 3);
        var target = tensor(new long[] { 0, 1, 0, 1, 0, 0 }).view(2, 3);
        Assert.Equal(4 / 6.0, Metric("accuracy", new CrossEntropy(), output, target), 1e-6);
        Assert.Null(new CrossEntropy().Misfit(output, target, 1));
        Assert.Contains("takes an output [n, classes, …] and targets [n, …]", new CrossEntropy().Misfit(output, target.flatten(), 1));
        Assert.Null(new CrossEntropy().ClassProbabilities(target, 2));
        Assert.Equal([0, 0, 1], new CrossEntropy().ClassProbabilities(tensor(new long[] { 2 }), 3)!.data<float>().ToArray());
    }
}
