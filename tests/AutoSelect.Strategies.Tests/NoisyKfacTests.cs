using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>Noisy K-FAC's posterior against dense matrices and exact Bayes.</summary>
public class NoisyKfacTests
{
    [Fact]
    public void A_hundred_thousand_draws_have_the_Kronecker_inverse_as_covariance()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        const double damping = .01;
        torch.manual_seed(4);
        using var block = new LinearBlock("layer", Linear(3, 2, dtype: ScalarType.Float64));
        var (a, g) = (randn([20, 4], float64), randn([20, 2], float64));
        block.A.copy_(mm(a.t(), a) / 20);
        block.G.copy_(mm(g.t(), g) / 20);
        using var noise = new KroneckerNoise(block);
        noise.Refresh(damping);
        using var generator = new Generator(11);

        var draws = noise.Draw(generator, 100_000).reshape(100_000, -1);

        var pi = Math.Sqrt(block.A.trace().ToDouble() / 4 / (block.G.trace().ToDouble() / 2));
        Tensor Damped(Tensor factor, double by) => factor + by * eye(factor.shape[0], dtype: float64);
        var expected = linalg.inv(kron(Damped(block.G, Math.Sqrt(damping) / pi), Damped(block.A, Math.Sqrt(damping) * pi)));
        var covariance = mm(draws.t(), draws) / 100_000;
        Assert.InRange(((covariance - expected).norm() / expected.norm()).ToDouble(), 0, .02);
    }

    [Fact]
    public void The_posterior_of_a_linear_Gaussian_model_is_that_of_Bayes()
    {
        using var scope = NewDisposeScope();
        const int examples = 1000, steps = 600;
        const double noise = .5, priorVariance = 10;
        torch.manual_seed(5);
        var inputs = mm(randn([examples, 3], float64), tensor(new[,] { { 1, .4, 0 }, { 0, 1, -.3 }, { 0, 0, 1.5 } }));
        var targets = mm(inputs, tensor(new[,] { { 1.0 }, { -2 }, { .5 } })) + noise * randn([examples, 1], float64);
        using var model = Linear(3, 1, hasBias: false, dtype: ScalarType.Float64);
        var strategy = new NoisyKfac();
        using var stepper = (NoisyKfacStepper)strategy.Start(new TrainingTask
        {
            Model = model,
            Loss = (output, target) => (output - target).square().mean() / (2 * noise * noise),
            SampleTargets = output => output + noise * randn_like(output),
            HorizonSteps = steps,
            Strategy = strategy.Description,
            Candidate = new Candidate
            {
                Name = "bayes",
                Strategy = "noisy-kfac",
                BatchSize = examples,
                Seed = 1,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = steps, WarmupFraction = 0 },
                Hyperparameters = new Dictionary<string, double>
                {
                    ["learningRate"] = .1,
                    ["momentum"] = 0,
                    ["damping"] = 1e-6,
                    ["klClip"] = 1000,
                    ["klWeight"] = 1,
                    ["priorVariance"] = priorVariance,
                    ["factorAverage"] = .99,
                    ["factorInterval"] = 1,
                }.ToImmutableSortedDictionary(),
            },
        });
        Samples.Train(stepper, _ => new Batch(inputs, targets), steps);

        var precision = mm(inputs.t(), inputs) / (noise * noise) + eye(3, dtype: float64) / priorVariance;
        var (covariance, mean) = (linalg.inv(precision), linalg.solve(precision, mm(inputs.t(), targets) / (noise * noise)));
        using var off = no_grad();
        var found = model.weight!.clone();
        Assert.InRange(((found - mean.t()).norm() / mean.norm()).ToDouble(), 0, .05);
        var sum = zeros(3, 3, float64);
        const int draws = 20_000;
        for (var i = 0; i < draws; i++)
        {
            using var inner = NewDisposeScope();
            using var sample = stepper.SampleWeights(i);
            var offset = model.weight - found;
            sum.add_(mm(offset.t(), offset));
        }
        Assert.InRange(((sum / draws - covariance).norm() / covariance.norm()).ToDouble(), 0, .05);
        Assert.Equal(found.data<double>().ToArray(), model.weight.data<double>().ToArray());
    }
}
