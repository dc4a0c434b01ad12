using AutoSelect.Contracts;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class BatchSmoothingTests : TrainingTest
{
    [Fact]
    public void Label_smoothing_spreads_its_share_over_all_classes()
    {
        using var scope = NewDisposeScope();
        using var smoothing = New(new Modifiers { LabelSmoothing = .2 });
        var smooth = smoothing.Apply(new Batch(zeros(2, 2), tensor(new[] { 0L, 1 })), 0);
        Assert.True(smooth.Targets.allclose(tensor(new[] { .9f, .1f, .1f, .9f }).view(2, 2)));
    }

    [Fact]
    public void Running_mixup_blends_with_the_blended_batch_before_and_never_by_less_than_half()
    {
        using var scope = NewDisposeScope();
        using var smoothing = New(new Modifiers { MixupAlpha = .4 });
        var before = smoothing.Apply(new Batch(full(1, 2, 1.0f), tensor(new[] { 0L })), 0);
        Assert.True(before.Inputs.eq(1).all().item<bool>());
        for (var step = 1; step < 60; step++)
        {
            var now = smoothing.Apply(new Batch(full(1, 2, 5.0f + step), tensor(new[] { 1L })), step);
            var lambda = (now.Inputs - before.Inputs)[0, 0].item<float>() / (5.0f + step - before.Inputs[0, 0].item<float>());
            Assert.InRange(lambda, .5f - 1e-4f, 1 + 1e-4f);
            var expected = before.Targets * (1 - lambda) + tensor(new[] { 0f, 1f }).view(1, 2) * lambda;
            Assert.True(now.Targets.allclose(expected, atol: 1e-4));
            before = now;
        }
    }

    [Theory]
    [InlineData(.2)]
    [InlineData(1)]
    [InlineData(4)]
    public void Beta_numbers_have_the_mean_and_variance_of_their_distribution(double alpha)
    {
        const int Count = 40_000;
        var random = new SplitMix64(1, 2);
        var numbers = Enumerable.Range(0, Count).Select(_ => BetaDistribution.Draw(ref random, alpha)).ToArray();
        Assert.All(numbers, n => Assert.InRange(n, 0, 1));
        Assert.Equal(.5, numbers.Average(), .01);
        Assert.Equal(1 / (4 * (2 * alpha + 1)), numbers.Average(n => (n - .5) * (n - .5)), .004);
    }

    private static BatchSmoothing New(Modifiers modifiers) => new(new Spiral(), 2, modifiers, seed: 3);
}
