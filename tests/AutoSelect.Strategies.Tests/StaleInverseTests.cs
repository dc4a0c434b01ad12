using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>What K-FAC loses by inverting its factors at every tenth step.</summary>
public class StaleInverseTests
{
    private const int Steps = 100, BurnIn = 20;

    [Fact]
    public void Inverting_every_tenth_step_ends_within_a_twentieth_of_the_loss_of_inverting_at_every_step()
    {
        var (everyStep, tenth) = (new List<double>(), new List<double>());
        for (var seed = 1; seed <= 2; seed++)
        {
            everyStep.Add(Train(seed, interval: 1, out var inversions));
            Assert.Equal(Steps, inversions);
            tenth.Add(Train(seed, interval: 10, out inversions));
            Assert.Equal(BurnIn + ((Steps - BurnIn) / 10), inversions);
        }

        Assert.True(tenth.Average() < 1.05 * everyStep.Average(), $"{string.Join(' ', tenth)} against {string.Join(' ', everyStep)}");
    }

    /// <returns>Loss on examples not trained on.</returns>
    private static double Train(int seed, int interval, out int inversions)
    {
        using var model = Samples.Network(seed);
        using var stepper = Samples.Kfac(Samples.Task(
            new Kfac(), model, Samples.CrossEntropy, sampleTargets: output => output.softmax(1).multinomial(1).squeeze(1),
            hyperparameters: [("factorInterval", 1), ("inverseInterval", interval), ("burnInSteps", BurnIn)]));
        var block = (KroneckerBlock)stepper.Blocks[0];
        inversions = 0;
        for (var step = 0; step < Steps; step++)
        {
            using var before = block.InverseA.clone();
            Samples.Train(stepper, s => Samples.Images((1000 * seed) + s, count: 256), 1);
            if (!before.bytes.SequenceEqual(block.InverseA.bytes)) inversions++;
        }
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var held = Samples.Images(seed: 7, count: 2000);
        return Samples.CrossEntropy(model.call(held.Inputs), held.Targets).ToDouble();
    }
}
