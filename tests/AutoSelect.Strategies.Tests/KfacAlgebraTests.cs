using AutoSelect.Training.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>K-FAC in double precision against dense matrices built from the gradient of each example by itself.</summary>
public class KfacAlgebraTests
{
    private const double Damping = .02;

    public static TheoryData<string> Layers =>
        ["linear", "linear without bias", "tokens", "conv", "strided conv", "conv without bias", "same conv", "dilated conv"];

    [Theory, MemberData(nameof(Layers))]
    public void The_captured_factors_are_those_of_the_examples_one_by_one(string kind)
    {
        using var scope = NewDisposeScope();
        var sample = Sample.OfKind(kind);
        using var stepper = sample.Start();
        stepper.Step(sample.Batch);
        var block = (KroneckerBlock)stepper.Blocks[0];

        // A over all rows; G over the sum of each unit's rows, which for a linear layer has one row an example (or token).
        var (a, g) = (zeros_like(block.A), zeros_like(block.G));
        long rows = 0;
        foreach (var (inputs, gradients) in sample.RowsOneByOne())
        {
            a += mm(inputs.t(), inputs);
            g += mm(gradients.t(), gradients);
            rows += inputs.shape[0];
        }
        AssertClose(a / rows, block.A);
        AssertClose(g / sample.Units, block.G);
    }

    [Theory, MemberData(nameof(Layers))]
    public void The_preconditioned_gradient_is_the_dense_solve(string kind)
    {
        using var scope = NewDisposeScope();
        var sample = Sample.OfKind(kind);
        using var stepper = sample.Start();
        stepper.Step(sample.Batch);
        var block = (KroneckerBlock)stepper.Blocks[0];

        var pi = Math.Sqrt(block.A.trace().ToDouble() / block.A.shape[0] / (block.G.trace().ToDouble() / block.G.shape[0]));
        var dense = kron(Damped(block.G, Math.Sqrt(Damping) / pi), Damped(block.A, Math.Sqrt(Damping) * pi));
        var expected = linalg.solve(dense, sample.GradientBefore.flatten()).view(sample.GradientBefore.shape);

        AssertClose(expected, sample.Direction(stepper));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("tokens")]
    [InlineData("strided conv")]
    public void With_sampled_targets_the_factors_are_theirs_and_the_gradient_stays_that_of_the_data(string kind)
    {
        using var scope = NewDisposeScope();
        var sample = Sample.OfKind(kind);
        var drawn = randn(sample.Batch.Targets.shape, float64);
        using var stepper = sample.Start(_ => drawn);
        var loss = stepper.Step(sample.Batch);
        var block = (KroneckerBlock)stepper.Blocks[0];

        var g = zeros_like(block.G);
        foreach (var (_, gradients) in sample.RowsOneByOne(drawn)) g += mm(gradients.t(), gradients);
        AssertClose(g / sample.Units, block.G);
        AssertClose(sample.LossBefore, loss);
        var pi = Math.Sqrt(block.A.trace().ToDouble() / block.A.shape[0] / (block.G.trace().ToDouble() / block.G.shape[0]));
        var dense = kron(Damped(block.G, Math.Sqrt(Damping) / pi), Damped(block.A, Math.Sqrt(Damping) * pi));
        AssertClose(linalg.solve(dense, sample.GradientBefore.flatten()).view(sample.GradientBefore.shape), sample.Direction(stepper));
    }

    [Fact]
    public void Without_damping_the_factored_solve_is_that_of_the_Kronecker_product()
    {
        using var scope = NewDisposeScope();
        var sample = Sample.OfKind("linear");
        using var stepper = sample.Start(damping: 1e-30);
        stepper.Step(sample.Batch);
        var block = (KroneckerBlock)stepper.Blocks[0];

        var expected = linalg.solve(kron(block.G, block.A), sample.GradientBefore.flatten()).view(sample.GradientBefore.shape);

        AssertClose(expected, sample.Direction(stepper), 1e-10);
    }

    [Fact]
    public void In_single_precision_the_inverses_are_within_1e_6_of_those_in_double_precision()
    {
        using var scope = NewDisposeScope();
        var (exact, single) = (Sample.OfKind("linear"), Sample.OfKind("linear", ScalarType.Float32));
        using var exactStepper = exact.Start();
        using var singleStepper = single.Start();
        exactStepper.Step(exact.Batch);
        singleStepper.Step(single.Batch);

        var (expected, actual) = (exact.Direction(exactStepper), single.Direction(singleStepper).to(float64));

        Assert.InRange(((expected - actual).norm() / expected.norm()).ToDouble(), 0, 1e-6);
    }

    [Fact]
    public void A_subsample_gives_the_factors_of_its_examples()
    {
        using var scope = NewDisposeScope();
        var sample = Sample.OfKind("strided conv");
        using var stepper = sample.Start(("factorSamples", 3));
        stepper.Step(sample.Batch);
        var block = (KroneckerBlock)stepper.Blocks[0];

        var (a, g, rows) = (zeros_like(block.A), zeros_like(block.G), 0L);
        foreach (var (inputs, gradients) in sample.RowsOneByOne().Take(3))
        {
            a += mm(inputs.t(), inputs);
            g += mm(gradients.t(), gradients);
            rows += inputs.shape[0];
        }
        AssertClose(a / rows, block.A);
        AssertClose(g / 3, block.G);
    }

    [Fact]
    public void Factors_are_averaged_with_a_weight_that_grows_to_its_limit()
    {
        using var scope = NewDisposeScope();
        var sample = Sample.OfKind("linear");
        using var stepper = sample.Start(("factorAverage", .6));
        var block = (KroneckerBlock)stepper.Blocks[0];
        var expected = zeros_like(block.A);
        foreach (var (scale, average) in new[] { (1.0, 0.0), (2.0, .5), (3.0, .6), (1.5, .6) })
        {
            stepper.Step(sample.Batch with { Inputs = sample.Batch.Inputs * scale });
            var homogeneous = cat([sample.Batch.Inputs * scale, ones(sample.Batch.Inputs.shape[0], 1, float64)], 1);
            expected = expected * average + mm(homogeneous.t(), homogeneous) / homogeneous.shape[0] * (1 - average);
        }
        AssertClose(expected, block.A);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batch_norm_blocks_are_the_dense_solve_of_each_channel(bool training)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(5);
        using var norm = BatchNorm2d(3, dtype: ScalarType.Float64);
        using var head = Linear(12, 2, dtype: ScalarType.Float64);
        using var model = Sequential(norm, Flatten(), head);
        using (no_grad())
        {
            norm.weight!.copy_(tensor(new[] { .5, 2, -1 }));
            norm.running_mean!.fill_(.3);
            norm.running_var!.fill_(1.7);
        }
        norm.train(training);
        var (inputs, targets) = (randn([6, 3, 2, 2], float64) + 1, randn([6, 2], float64));
        var task = Samples.Task(new Kfac(), model, Samples.MeanSquare,
            hyperparameters: [("damping", Damping), ("klClip", 1), ("learningRate", 1e-6), ("weightDecay", 0)]);
        using var stepper = Samples.Kfac(task);

        // The gradient of one example's loss by the norm's output, the batch's statistics being constants.
        var mean = training ? inputs.mean([0, 2, 3]) : full(3, .3, float64);
        var variance = training ? inputs.var([0, 2, 3], unbiased: false) : full(3, 1.7, float64);
        var normalised = (inputs - mean.view(1, 3, 1, 1)) / (variance.view(1, 3, 1, 1) + norm.eps).sqrt();
        var perExample = zeros(6, 3, 2, float64);
        for (var n = 0; n < 6; n++)
        {
            var output = (normalised[n] * norm.weight!.detach().view(3, 1, 1) + norm.bias!.detach().view(3, 1, 1))
                .unsqueeze(0).requires_grad_();
            var loss = Samples.MeanSquare(functional.linear(output.flatten(1), head.weight!, head.bias!), targets[n].unsqueeze(0));
            var g = autograd.grad([loss], [output])[0][0];
            perExample[n] = stack([(g * normalised[n]).sum([1, 2]), g.sum([1, 2])], 1);
        }
        stepper.Step(new Batch(inputs, targets));

        var direction = cat([stepper.DirectionOf(norm.weight!).unsqueeze(1), stepper.DirectionOf(norm.bias!).unsqueeze(1)], 1);
        for (var c = 0; c < 3; c++)
        {
            var rows = perExample.select(1, c);
            var fisher = mm(rows.t(), rows) / 6;
            AssertClose(linalg.solve(Damped(fisher, Damping), rows.mean([0])), direction[c]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Layer_norm_blocks_are_the_dense_solve_with_each_example_s_own_gradient(bool tokens)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(6);
        const int examples = 7, features = 4;
        var positions = tokens ? 3 : 1;
        using var norm = LayerNorm(features, dtype: ScalarType.Float64);
        using var head = Linear(features, 2, dtype: ScalarType.Float64);
        using var model = Sequential(norm, head, Tanh());
        using (no_grad()) norm.weight!.copy_(tensor(new[] { .5, 2, -1, 1.5 }));
        long[] shape = tokens ? [examples, positions] : [examples];
        var (inputs, targets) = (randn([.. shape, features], float64), randn([.. shape, 2], float64));
        var rows = zeros(examples, 2, features, float64);
        for (var n = 0; n < examples; n++)
        {
            var loss = Samples.MeanSquare(model.forward(inputs[n]), targets[n]);
            var gradients = autograd.grad([loss], [norm.weight!, norm.bias!]);
            rows[n] = stack([gradients[0], gradients[1]]);
        }
        var task = Samples.Task(new Kfac(), model, Samples.MeanSquare,
            hyperparameters: [("damping", Damping), ("klClip", 1), ("learningRate", 1e-6), ("weightDecay", 0)]);
        using var stepper = Samples.Kfac(task);
        stepper.Step(new Batch(inputs, targets));

        for (var c = 0; c < features; c++)
        {
            var ofFeature = rows.select(2, c);
            var fisher = mm(ofFeature.t(), ofFeature) / examples * positions;
            var expected = linalg.solve(Damped(fisher, Damping), ofFeature.mean([0]));
            AssertClose(expected, stack([stepper.DirectionOf(norm.weight!)[c], stepper.DirectionOf(norm.bias!)[c]]));
        }
    }

    private static Tensor Damped(Tensor factor, double damping) => factor + damping * eye(factor.shape[0], dtype: float64);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-10)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange(((expected - actual).norm() / expected.norm()).ToDouble(), 0, tolerance);
    }

    /// <summary>A layer followed by a fixed nonlinearity, so that the output gradients differ from example to example.</summary>
    private sealed class Sample
    {
        private readonly Module<Tensor, Tensor> layer;
        private readonly Module<Tensor, Tensor> model;
        private readonly Func<Tensor, Tensor> rowsOfInput;
        private readonly bool byToken;

        private Sample(Module<Tensor, Tensor> layer, Tensor inputs, Func<Tensor, Tensor> rowsOfInput, bool byToken)
        {
            this.layer = layer;
            this.rowsOfInput = rowsOfInput;
            this.byToken = byToken;
            model = Sequential(layer, Tanh());
            using (no_grad()) Batch = new Batch(inputs, randn(layer.forward(inputs).shape).to(inputs.dtype));
        }

        public Batch Batch { get; }

        /// <summary>What the loss is the mean of: examples, or tokens.</summary>
        public long Units => Batch.Inputs.shape[0] * (byToken ? Batch.Inputs.shape[1] : 1);

        /// <summary>[∇W ∇b] of the batch at the initial weights.</summary>
        public Tensor GradientBefore { get; private set; } = null!;

        private Parameter Weight => (Parameter)layer.get_parameter("weight")!;

        private Parameter? Bias => layer.get_parameter("bias");

        public static Sample OfKind(string kind, ScalarType type = ScalarType.Float64)
        {
            torch.manual_seed(11);
            static Tensor Unfolded(Tensor x, long stride, long padding, long dilation = 1) =>
                functional.unfold(x, (3, 3), dilation: (dilation, dilation), padding: (padding, padding), stride: (stride, stride))
                    .squeeze(0).t();
            static Tensor ToRows(Tensor x) => x.reshape(-1, x.shape[^1]);
            Tensor Random(params long[] shape) => randn(shape).to(type);
            Module<Tensor, Tensor> Typed(Module<Tensor, Tensor> layer) => layer.to(type);
            return kind switch
            {
                "linear" => new(Typed(Linear(5, 4)), Random(40, 5), ToRows, false),
                "linear without bias" => new(Typed(Linear(5, 4, hasBias: false)), Random(9, 5), ToRows, false),
                "tokens" => new(Typed(Linear(5, 4)), Random(7, 3, 5), ToRows, true),
                "conv" => new(Typed(Conv2d(2, 3, 3)), Random(6, 2, 5, 5), x => Unfolded(x, 1, 0), false),
                "strided conv" => new(Typed(Conv2d(2, 3, 3, stride: 2, padding: 1)), Random(6, 2, 5, 5), x => Unfolded(x, 2, 1), false),
                "conv without bias" =>
                    new(Typed(Conv2d(2, 3, 3, stride: 2, bias: false)), Random(6, 2, 7, 7), x => Unfolded(x, 2, 0), false),
                "dilated conv" =>
                    new(Typed(Conv2d(2, 3, 3, dilation: 2, padding: 1)), Random(6, 2, 7, 7), x => Unfolded(x, 1, 1, 2), false),
                "same conv" => new(Typed(Conv2d(2, 3, 3, padding: Padding.Same)), Random(6, 2, 4, 4), x => Unfolded(x, 1, 1), false),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
            };
        }

        public Tensor LossBefore { get; private set; } = null!;

        public KfacStepper Start(params (string, double)[] hyperparameters) => Start(Damping, null, hyperparameters);

        public KfacStepper Start(Func<Tensor, Tensor?> sampleTargets) => Start(Damping, sampleTargets);

        public KfacStepper Start(double damping, Func<Tensor, Tensor?>? sampleTargets = null, params (string, double)[] hyperparameters)
        {
            LossBefore = Samples.MeanSquare(model.forward(Batch.Inputs), Batch.Targets);
            LossBefore.backward();
            var weight = Weight.grad!.flatten(1);
            GradientBefore = Bias is null ? weight.clone() : cat([weight, Bias.grad!.unsqueeze(1)], 1);
            return Samples.Kfac(Samples.Task(new Kfac(), model, Samples.MeanSquare, sampleTargets: sampleTargets,
                hyperparameters: [("damping", damping), ("weightDecay", 0), ("learningRate", 1e-14), .. hyperparameters]));
        }

        /// <summary>[U_W U_b] of the last step, which the clip left alone.</summary>
        public Tensor Direction(KfacStepper stepper)
        {
            Assert.Equal(1, stepper.Diagnostics["clipFactor"]);
            var weight = stepper.DirectionOf(Weight).flatten(1);
            return Bias is null ? weight : cat([weight, stepper.DirectionOf(Bias).unsqueeze(1)], 1);
        }

        /// <summary>
        /// Homogeneous inputs and the output's gradient of each example's own loss, from a forward and backward pass of its own; the steps
        /// are too small to change the weights.
        /// </summary>
        public IEnumerable<(Tensor Inputs, Tensor Gradients)> RowsOneByOne(Tensor? targets = null)
        {
            for (var n = 0; n < Batch.Inputs.shape[0]; n++)
            {
                var (input, target) = (Batch.Inputs[n].unsqueeze(0), (targets ?? Batch.Targets)[n].unsqueeze(0));
                var output = layer.forward(input).detach().requires_grad_();
                var loss = Samples.MeanSquare(output.tanh(), target) * (byToken ? input.shape[1] : 1);
                var gradient = autograd.grad([loss], [output])[0];
                var rows = rowsOfInput(input);
                if (Bias is not null) rows = cat([rows, ones(rows.shape[0], 1, rows.dtype)], 1);
                yield return (rows, gradient.dim() == 4 ? gradient.flatten(2).squeeze(0).t() : gradient.reshape(-1, gradient.shape[^1]));
            }
        }
    }
}
