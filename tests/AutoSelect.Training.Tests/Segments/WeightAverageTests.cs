using AutoSelect.Training.Modification;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

public sealed class WeightAverageTests : TrainingTest
{
    [Fact]
    public void The_average_is_the_polynomial_decay_average_of_every_tenth_weight()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = Linear(1, 1, hasBias: false);
        using var average = new PolynomialAverage(model);
        Assert.False(average.Swap());
        var expected = 0.0;
        for (var step = 1; step <= 200; step++)
        {
            model.weight!.fill_(Math.Sqrt(step));
            if (average.IsDue(step - 1, step)) average.Update();
            if (step % 10 == 0)
            {
                var j = step / 10;
                expected += 9.0 / (j + 8) * (Math.Sqrt(step) - expected);
            }
        }
        Assert.True(average.Swap());
        Assert.Equal(expected, model.weight!.item<float>(), 4);
        average.Swap();
        Assert.Equal((float)Math.Sqrt(200), model.weight!.item<float>());
    }

    [Fact]
    public void Recalibrated_statistics_are_those_of_the_examples_and_the_trained_ones_come_back()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        random.manual_seed(1);
        using var model = Sequential(("norm", BatchNorm1d(2)));
        using var examples = new TensorExamples((randn(512, 2) * 3) + 5, zeros(512, dtype: int64));
        using var calibration = new BatchNormRecalibration(model, seed: 1, examples.Count, CPU);
        var norm = model.children().Cast<TorchSharp.Modules.BatchNorm1d>().Single();
        norm.running_mean!.fill_(.25);
        model.eval();
        calibration.Measure(examples);
        var all = examples.Pick(arange(512, dtype: int64)).Inputs;
        Assert.True(norm.running_mean!.allclose(all.mean([0]), atol: 1e-4));
        Assert.False(norm.training);
        calibration.Restore();
        Assert.True(norm.running_mean!.eq(.25).all().item<bool>());
        Assert.Equal(.1, norm.momentum);
    }
}
