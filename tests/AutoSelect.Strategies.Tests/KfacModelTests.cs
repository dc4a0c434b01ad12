using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>Which models K-FAC takes, and what it does with layers it has no block for.</summary>
public class KfacModelTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "groups", "'conv' has 2 groups" },
        { "reflection", "'conv' pads by Reflect" },
        { "even same", "'conv' has a kernel of 2x2" },
        { "tied", "'first' and 'second' share a parameter" },
        { "no layer", "0 trained Linear" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Models_it_would_train_wrongly_are_refused_at_the_start(string kind, string message)
    {
        var convolution = kind switch
        {
            "groups" => Conv2d(4, 4, 3, groups: 2),
            "reflection" => Conv2d(4, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect),
            "even same" => Conv2d(4, 4, 2, padding: Padding.Same),
            _ => null,
        };
        Module<Tensor, Tensor> model = kind switch
        {
            "tied" => Tied(),
            "no layer" => Tanh(),
            _ => Sequential(("conv", convolution!)),
        };

        var error = Assert.Throws<UnsupportedModelException>(() => new Kfac().Start(Samples.Task(new Kfac(), model, Samples.MeanSquare)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> RefusedAtTheFirstStep => new()
    {
        { "twice", "'layer' is called more than once" },
        { "forward", "'layer' was not captured" },
        { "in place", "'layer' was captured wrongly" },
        { "used elsewhere", "'layer' was captured wrongly" },
    };

    [Theory, MemberData(nameof(RefusedAtTheFirstStep))]
    public void Models_that_hide_a_layer_are_refused_at_the_first_step(string kind, string message)
    {
        var layer = Linear(4, 4);
        using var model = new Written(layer, x => kind switch
        {
            "twice" => layer.call(layer.call(x).tanh()),
            "forward" => layer.forward(x),
            "in place" => functional.relu(layer.call(x), inplace: true),
            _ => layer.call(x) + functional.linear(x * x, layer.weight!),
        });
        using var stepper = new Kfac().Start(Samples.Task(new Kfac(), model, Samples.MeanSquare));

        var error = Assert.Throws<UnsupportedModelException>(() => stepper.Step(new Batch(randn(8, 4), randn(8, 4))));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluating_between_steps_changes_nothing()
    {
        using var plain = Samples.Network();
        using var plainStepper = new Kfac().Start(Samples.Task(new Kfac(), plain, Samples.CrossEntropy));
        Samples.Train(plainStepper, step => Samples.Images(step), 6);
        using var evaluated = Samples.Network();
        using var evaluatedStepper = new Kfac().Start(Samples.Task(new Kfac(), evaluated, Samples.CrossEntropy));
        for (var i = 0; i < 6; i++)
        {
            Samples.Train(evaluatedStepper, step => Samples.Images(step), 1);
            evaluated.eval();
            using (no_grad()) evaluated.call(Samples.Images(100).Inputs);
            evaluated.call(Samples.Images(100).Inputs);
            evaluated.train();
        }

        Assert.Equal(Samples.Bytes(plain), Samples.Bytes(evaluated));
    }

    [Fact]
    public void Parameters_without_a_block_take_AdamW_steps()
    {
        torch.manual_seed(2);
        var embedding = Embedding(8, 4);
        using var model = Sequential(embedding, Linear(4, 4));
        using var stepper = new Kfac().Start(Samples.Task(
            new Kfac(), model, Samples.MeanSquare, hyperparameters: [("fallbackLearningRate", .01), ("weightDecay", 0)]));
        var before = embedding.weight!.detach().clone();

        Samples.Train(stepper, _ => new Batch(arange(8), randn(8, 4)), 1);

        // Adam's first step is the learning rate, whatever the gradient.
        Assert.All((embedding.weight! - before).abs().data<float>().ToArray(), change => Assert.Equal(.01, change, 1e-5));
    }

    [Fact]
    public void A_layer_the_loss_does_not_depend_on_stays()
    {
        var layer = Linear(4, 4);
        var shift = Parameter(zeros(4));
        using var model = new Written(layer, x =>
        {
            layer.call(x);
            return x + shift;
        });
        model.register_parameter("shift", shift);
        var before = layer.weight!.detach().clone();
        using var stepper = new Kfac().Start(Samples.Task(
            new Kfac(), model, Samples.MeanSquare, sampleTargets: output => randn(output.shape), hyperparameters: [("weightDecay", 0)]));

        var losses = Samples.Train(stepper, _ => new Batch(randn(8, 4), randn(8, 4)), 2);

        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.Equal(0, (layer.weight! - before).abs().max().ToDouble());
    }

    [Fact]
    public void Sampling_targets_resumes_bit_identically_with_the_generator()
    {
        static Tensor Classes(Tensor output) => output.softmax(1).multinomial(1).squeeze(1);
        static Stepper Start(Module<Tensor, Tensor> model) =>
            new Kfac().Start(Samples.Task(new Kfac(), model, Samples.CrossEntropy, sampleTargets: Classes));
        using var whole = Samples.Network();
        using var wholeStepper = Start(whole);
        Samples.Train(wholeStepper, step => Samples.Images(step), 23);
        var (state, generator) = (new StateDictionary(), get_rng_state());
        wholeStepper.Save(state);
        using var resumed = Samples.Network(seed: 99);
        using var resumedStepper = Start(resumed);
        var weights = whole.state_dict();
        using (no_grad())
            foreach (var (key, value) in resumed.state_dict()) value.copy_(weights[key]);
        resumedStepper.Load(state);
        set_rng_state(generator);
        var losses = Samples.Train(wholeStepper, step => Samples.Images(step), 12);
        set_rng_state(generator);

        Assert.Equal(losses, Samples.Train(resumedStepper, step => Samples.Images(step), 12));
        Assert.Equal(Samples.Bytes(whole), Samples.Bytes(resumed));
    }

    [Fact]
    public void Frozen_parameters_stay_and_the_others_of_their_layer_are_trained()
    {
        torch.manual_seed(2);
        Linear first = Linear(4, 4), second = Linear(4, 4);
        first.bias!.requires_grad = false;
        second.weight!.requires_grad = false;
        using var model = Sequential(first, Tanh(), second);
        var before = model.parameters().Select(p => p.detach().clone()).ToArray();
        using var stepper = new Kfac().Start(Samples.Task(new Kfac(), model, Samples.MeanSquare));

        Samples.Train(stepper, _ => new Batch(randn(8, 4), randn(8, 4)), 2);

        bool[] changed = [.. model.parameters().Zip(before, (now, then) => (now - then).abs().max().ToDouble() > 0)];
        Assert.Equal([true, false, false, true], changed);
    }

    [Fact]
    public void The_clip_bounds_the_change_and_is_reported()
    {
        using var model = Samples.Network();
        const double rate = .1, bound = 1e-6;
        using var stepper = Samples.Kfac(Samples.Task(
            new Kfac(), model, Samples.CrossEntropy, hyperparameters: [("learningRate", rate), ("klClip", bound)]));
        Samples.Train(stepper, step => Samples.Images(step), 1);

        var clip = stepper.Diagnostics["clipFactor"];
        var product = model.parameters().Sum(p => (p.grad! * stepper.DirectionOf(p)).sum().ToDouble()) / clip;

        Assert.InRange(clip, 1e-9, .5);
        Assert.Equal(bound, rate * rate * clip * clip * product, bound * 1e-4);
    }

    private static Module<Tensor, Tensor> Tied()
    {
        Linear first = Linear(4, 4), second = Linear(4, 4);
        second.weight = first.weight;
        return Sequential(("first", first), ("second", second));
    }

    internal sealed class Written : Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> body;

        public Written(Linear layer, Func<Tensor, Tensor> body) : base(nameof(Written))
        {
            this.body = body;
            register_module("layer", layer);
        }

        public override Tensor forward(Tensor input) => body(input);
    }
}
