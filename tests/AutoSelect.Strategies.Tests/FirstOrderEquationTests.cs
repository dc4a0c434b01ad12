using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>First-order strategies against plain C# transcriptions of their equations, in double precision.</summary>
public class FirstOrderEquationTests
{
    internal const int StepsDone = 40, Inputs = 5;

    [Fact]
    public void Sgd_follows_Nesterov_momentum()
    {
        const double rate = .07, momentum = .85, decay = .03;
        var m = new double[Inputs + 1];
        AssertFollows(new Sgd(), rate, [("momentum", momentum), ("weightDecay", decay)], (w, gradientAt, _) =>
        {
            var g = gradientAt(w);
            for (var i = 0; i < w.Length; i++)
            {
                if (i < Inputs) g[i] += decay * w[i];
                m[i] = momentum * m[i] + g[i];
                w[i] -= rate * (g[i] + momentum * m[i]);
            }
        });
    }

    [Fact]
    public void NAdamW_follows_Adam_with_Nesterov_momentum()
    {
        const double rate = .02, b1 = .8, b2 = .95, eps = 1e-6, decay = .3;
        double[] m = new double[Inputs + 1], v = new double[Inputs + 1];
        AssertFollows(new NAdamW(), rate,
            [("oneMinusBeta1", 1 - b1), ("oneMinusBeta2", 1 - b2), ("epsilon", eps), ("weightDecay", decay)], (w, gradientAt, t) =>
        {
            var g = gradientAt(w);
            for (var i = 0; i < w.Length; i++)
            {
                if (i < Inputs) w[i] -= rate * decay * w[i];
                m[i] = b1 * m[i] + (1 - b1) * g[i];
                v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
                var nesterov = (b1 * m[i] + (1 - b1) * g[i]) / (1 - Math.Pow(b1, t));
                w[i] -= rate * nesterov / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + eps);
            }
        });
    }

    [Fact]
    public void ScheduleFreeAdamW_follows_its_three_sequences()
    {
        const double rate = .02, b = .9, b2 = .95, eps = 1e-6, decay = .3;
        double[] x = Start(), z = Start(), v = new double[Inputs + 1];
        var sum = 0.0;
        using var averaged = AssertFollows(new ScheduleFreeAdamW(), rate,
            [("oneMinusBeta1", 1 - b), ("oneMinusBeta2", 1 - b2), ("epsilon", eps), ("weightDecay", decay)], (w, gradientAt, t) =>
        {
            for (var i = 0; i < w.Length; i++) w[i] = (1 - b) * z[i] + b * x[i];
            var g = gradientAt(w);
            sum += rate * rate;
            for (var i = 0; i < w.Length; i++)
            {
                v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
                z[i] -= rate * (g[i] / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + eps) + (i < Inputs ? decay * w[i] : 0));
                var c = rate * rate / sum;
                x[i] = (1 - c) * x[i] + c * z[i];
                w[i] = (1 - b) * z[i] + b * x[i];
            }
        });
        Assert.Equal(x, averaged.data<double>().ToArray(), Close);
    }

    [Fact]
    public void ScheduleFreeAdamW_weighs_warm_up_steps_by_the_square_of_their_rate()
    {
        using var model = nn.Linear(1, 1, hasBias: false, dtype: ScalarType.Float64);
        using (no_grad()) model.weight.fill_(1);
        var task = Samples.Task(new ScheduleFreeAdamW(), model, (output, target) => (output - target).mean(), horizon: 4, warmup: .75,
            hyperparameters: [("learningRate", .3), ("weightDecay", 0), ("epsilon", 1e-12)]);
        using var stepper = new ScheduleFreeAdamW().Start(task);
        using var ones = torch.ones(1, 1, float64);

        Samples.Train(stepper, _ => new Batch(ones, ones), 3); // gradient 1, so Adam's step is the rate: .1, .2, .3

        double z1 = .9, z2 = .7, z3 = .4;
        stepper.SwapAveragedWeights();
        Assert.Equal((.01 * z1 + .04 * z2 + .09 * z3) / .14, model.weight.ToDouble(), 1e-9);
    }

    [Fact]
    public void ScheduleFreeAdamW_refuses_to_train_or_save_while_averaged_weights_are_in()
    {
        using var model = Samples.Network();
        using var stepper = new ScheduleFreeAdamW().Start(Samples.Task(new ScheduleFreeAdamW(), model, Samples.CrossEntropy));
        stepper.SwapAveragedWeights();

        Assert.Throws<InvalidOperationException>(() => stepper.Step(Samples.Images(1)));
        Assert.Throws<InvalidOperationException>(() => stepper.Save(new StateDictionary()));
    }

    [Theory]
    [InlineData("sgd", "momentum", 1)]
    [InlineData("sgd", "weightDecay", -1)]
    [InlineData("nadamw", "oneMinusBeta1", 0)]
    [InlineData("nadamw", "epsilon", 0)]
    [InlineData("schedule-free-adamw", "oneMinusBeta1", 1)]
    public void Values_outside_their_domain_are_refused_with_value_and_rule(string strategy, string hyperparameter, double value)
    {
        using var model = Samples.Network();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Samples.All[strategy].Start(
            Samples.Task(Samples.All[strategy], model, Samples.CrossEntropy, hyperparameters: [(hyperparameter, value)])));

        Assert.Contains($"'{hyperparameter}' is {value}", error.Message, StringComparison.Ordinal);
    }

    internal delegate void Transcription(double[] w, Func<double[], double[]> gradientAt, int t);

    internal static double[] Start() => [.5, -1, .25, 2, -.3, .1];

    /// <summary>
    /// Least squares with five weights (decayed) and a bias (not decayed): the model must hold what the transcription says after every
    /// step.
    /// </summary>
    internal static Tensor AssertFollows(
        TrainingStrategy strategy, double rate, (string, double)[] hyperparameters, Transcription transcription)
    {
        var random = new Random(4);
        double[][] rows = [.. Enumerable.Range(0, 12)
            .Select(_ => Enumerable.Range(0, Inputs).Select(_ => random.NextDouble() * 2 - 1).ToArray())];
        double[] wanted = [.. rows.Select(_ => random.NextDouble())];
        double[] GradientAt(double[] w)
        {
            var g = new double[Inputs + 1];
            for (var n = 0; n < rows.Length; n++)
            {
                var error = 2 * (w[Inputs] + rows[n].Zip(w).Sum(p => p.First * p.Second) - wanted[n]) / rows.Length;
                for (var i = 0; i < Inputs; i++) g[i] += error * rows[n][i];
                g[Inputs] += error;
            }
            return g;
        }

        using var scope = NewDisposeScope();
        using var model = nn.Linear(Inputs, 1, dtype: ScalarType.Float64);
        var w = Start();
        using (no_grad())
        {
            model.weight.copy_(tensor(w[..Inputs]).view(1, Inputs));
            model.bias!.fill_(w[Inputs]);
        }
        using var stepper = strategy.Start(Samples.Task(
            strategy, model, Samples.MeanSquare, hyperparameters: [("learningRate", rate), .. hyperparameters]));
        var batch = new Batch(tensor(rows.SelectMany(r => r).ToArray()).view(-1, Inputs), tensor(wanted).view(-1, 1));
        for (var t = 1; t <= StepsDone; t++)
        {
            stepper.Step(batch);
            transcription(w, GradientAt, t);
            Assert.Equal(w, Held(model).data<double>().ToArray(), Close);
        }
        if (stepper.HasAveragedWeights) stepper.SwapAveragedWeights();
        return Held(model).MoveToOuterDisposeScope();
    }

    private static Tensor Held(TorchSharp.Modules.Linear model) => cat([model.weight.detach().flatten(), model.bias!.detach()]);

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) <= 1e-12 * Math.Max(1, Math.Abs(expected));
}
