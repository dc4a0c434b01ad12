using AutoSelect.Training.Ranks.Asynchronous;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>The update under stale gradients, and where it computes them, against the formulas written out.</summary>
[Collection("libtorch")]
public class StalenessTests
{
    private static readonly float[] gradients = [.5f, -1f, .25f, 2f, -.125f];

    [Theory]
    [InlineData(StalenessRepair.None)]
    [InlineData(StalenessRepair.Momentum)]
    [InlineData(StalenessRepair.LeastSquares)]
    public void Parameters_are_predicted_as_the_formulas_say(StalenessRepair repair)
    {
        const double rate = .1, momentum = .8, decay = .01;
        const int ahead = 3;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var state = new MomentumWeights(new() { LearningRate = _ => rate, Momentum = momentum, WeightDecay = decay, Repair = repair },
            tensor(new[] { 1f, -2f }), decayed: 1);
        double[] w = [1, -2], v = [0, 0], before = [0, 0];
        foreach (var g in gradients)
        {
            state.Apply(tensor(new[] { g, -g * g }), 1);
            double[] gradient = [g + (decay * w[0]), -g * g];
            for (var i = 0; i < 2; i++)
            {
                before[i] = v[i];
                v[i] = (momentum * v[i]) - (rate * gradient[i]);
                w[i] += v[i];
            }
        }
        var predicted = zeros(2);
        state.Predict(ahead, predicted);

        var ratio = repair == StalenessRepair.None ? 0 : repair == StalenessRepair.Momentum ? momentum
            : Math.Clamp(((v[0] * before[0]) + (v[1] * before[1])) / ((before[0] * before[0]) + (before[1] * before[1])), 0, 1);
        var carried = Enumerable.Range(1, ahead).Sum(k => Math.Pow(ratio, k));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(w[i], state.Weights[i].ToDouble(), 1e-5);
            Assert.Equal(w[i] + (carried * v[i]), predicted[i].ToDouble(), 1e-5);
        }
    }

    [Fact]
    public void A_course_that_turns_or_grows_is_not_carried_on_beyond_its_last_displacement()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        double Ahead(params float[] steps)
        {
            using var state = new MomentumWeights(
                new() { LearningRate = _ => 1, Momentum = 0, Repair = StalenessRepair.LeastSquares }, zeros(1), decayed: 0);
            foreach (var step in steps) state.Apply(tensor(new[] { -step }), 1);
            var predicted = zeros(1);
            state.Predict(2, predicted);
            return predicted[0].ToDouble() - steps.Sum();
        }

        Assert.Equal(0, Ahead(1, -1));
        Assert.Equal(4, Ahead(1, 2)); // as if the ratio were 1
        Assert.Equal(.75, Ahead(2, 1), 1e-6);
        Assert.Equal(0, Ahead(1)); // nothing to compare with
    }

    [Fact]
    public void Simulated_staleness_of_zero_is_SGD_and_of_two_applies_gradients_two_updates_late()
    {
        // w² / 2 from 1: the gradient is the parameter.
        float[] Course(int staleness, int steps)
        {
            torch.manual_seed(1);
            using var model = nn.Linear(1, 1, hasBias: false);
            using (no_grad()) model.weight!.fill_(1);
            using var sgd = new SimulatedStaleSgd(
                model, (output, _) => output.square().sum() / 2, new() { LearningRate = _ => .25, Momentum = 0 }, staleness);
            var course = new float[steps];
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                sgd.Step(new Batch(ones(1, 1), zeros(1, 1)));
                sgd.ShowWeights();
                course[i] = model.weight!.item<float>();
            }
            return course;
        }

        Assert.Equal([.75f, .5625f, .421875f], Course(0, 3));
        // The first three gradients are all of w = 1; then those of .75, .5.
        Assert.Equal([1, 1, .75f, .5f, .25f, .0625f, -.0625f], Course(2, 7));
    }

    [Fact]
    public void Settings_outside_their_domain_are_refused_with_the_value()
    {
        using var model = nn.Linear(1, 1);
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new SimulatedStaleSgd(model, (output, _) => output, new() { LearningRate = _ => 1, Momentum = 1 }, 1));

        Assert.Contains("Momentum must be in [0, 1)", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new SimulatedStaleSgd(model, (output, _) => output, new() { LearningRate = _ => 1 }, -1));
    }

    [Fact]
    public void At_staleness_eight_prediction_needs_at_most_four_fifths_of_the_steps_on_a_quadratic()
    {
        // Around the best of 18 rates for each.
        var (stale, momentum, squares) =
            (Best(StalenessRepair.None, 7, 8, 9), Best(StalenessRepair.Momentum, 9, 10, 11), Best(StalenessRepair.LeastSquares, 9, 10, 11));
        Assert.InRange(momentum, 1, .8 * stale);
        Assert.InRange(squares, 1, .8 * stale);

        static int Best(StalenessRepair repair, params int[] rates) =>
            rates.Min(i => StepsOnQuadratic(1e-3 * Math.Pow(1.35, i), 8, repair));
    }

    /// <summary>
    /// Steps of heavy ball (μ .9) on ½ Σ λᵢwᵢ², λ from 1 down to 1/100, until the loss is 1e-4 of the start; gradients are applied so many
    /// updates after they were taken.
    /// </summary>
    private static int StepsOnQuadratic(double rate, int staleness, StalenessRepair repair)
    {
        const int size = 20, most = 2000;
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var curvature = logspace(0, -2, size);
        using var weights = new MomentumWeights(new() { LearningRate = _ => rate, Repair = repair }, ones(size), decayed: 0);
        var underway = new Queue<Tensor>();
        var target = 1e-4 * curvature.sum().ToDouble();
        for (var step = 1; step <= most; step++)
        {
            var at = empty(size);
            weights.Predict(staleness, at);
            underway.Enqueue(at.mul_(curvature));
            if (underway.Count <= staleness) continue;
            using var inner = NewDisposeScope();
            weights.Apply(underway.Dequeue(), 1);
            var loss = weights.Weights.square().dot(curvature).ToDouble();
            if (loss < target) return step;
            if (!double.IsFinite(loss)) break;
        }
        return most;
    }
}
