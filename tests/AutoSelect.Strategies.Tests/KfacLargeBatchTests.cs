using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>The large-batch recipe against its equations.</summary>
public class KfacLargeBatchTests
{
    [Fact]
    public void The_rate_falls_as_a_power_between_its_ends()
    {
        var recipe = new LargeBatchRecipe(Start: .2, End: 1.2, Power: 3, Rescales: false);

        Assert.Equal([1, 1, .729, .125, .008], new[] { 0, .2, .3, .7, 1 }.Select(recipe.Factor).Select(f => Math.Round(f, 12)));
        Assert.Equal(0, recipe.Factor(1.3));
    }

    [Fact]
    public void Steps_follow_the_decayed_rate_with_a_momentum_tied_to_it()
    {
        using var scope = NewDisposeScope();
        const double rate = .01, momentum = .8;
        const int horizon = 10;
        torch.manual_seed(3);
        using var model = Linear(3, 2, dtype: ScalarType.Float64);
        using var stepper = (KfacStepper)new KfacLargeBatch().Start(Samples.Task(
            new KfacLargeBatch(), model, Samples.MeanSquare, horizon: horizon,
            hyperparameters:
            [
                ("learningRate", rate), ("momentum", momentum), ("weightDecay", 0), ("klClip", 1), ("decayPower", 2), ("rescale", 0),
            ]));
        var weight = model.weight!;
        var velocity = zeros_like(weight);
        for (var step = 0; step < 5; step++)
        {
            var before = weight.detach().clone();
            stepper.Step(new Batch(randn([8, 3], float64), randn([8, 2], float64)));
            var factor = Math.Pow(1 - step / (double)horizon, 2);
            velocity = velocity * (momentum * factor) + stepper.DirectionOf(weight);
            var expected = before - rate * factor * velocity;
            Assert.InRange((weight - expected).abs().max().ToDouble(), 0, 1e-14);
        }
    }

    [Fact]
    public void Weights_are_bounded_by_the_root_of_twice_their_outputs_and_smaller_ones_stay()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var large = Linear(30, 8);
        using var small = Linear(3, 8);
        large.weight!.fill_(2);
        var direction = large.weight / large.weight.norm();
        var before = small.weight!.clone();

        LargeBatchRecipe.Rescale(large.weight);
        LargeBatchRecipe.Rescale(small.weight);

        Assert.InRange((large.weight - 4 * direction).abs().max().ToDouble(), 0, 1e-5);
        Assert.Equal(before.data<float>().ToArray(), small.weight.data<float>().ToArray());
    }

    [Fact]
    public void A_decay_that_ends_before_it_begins_is_refused()
    {
        using var model = Linear(3, 2);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            new KfacLargeBatch().Start(Samples.Task(
                new KfacLargeBatch(), model, Samples.MeanSquare, hyperparameters: [("decayStart", .5), ("decayEnd", .5)])));

        Assert.Contains("'decayEnd' is 0.5; it must be above 'decayStart', 0.5", error.Message, StringComparison.Ordinal);
    }
}
