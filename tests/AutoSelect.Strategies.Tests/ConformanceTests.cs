using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Tests;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>What every strategy of the catalogue must do.</summary>
public class ConformanceTests
{
    public static TheoryData<string> Strategies => Samples.Names;

    [Fact]
    public void The_assembly_holds_the_whole_catalogue() =>
        Assert.Equal(["adamw", "ademamix", "kfac", "kfac-large-batch", "lamb", "lars", "lion", "muon", "nadamw", "noisy-kfac", "radam",
            "schedule-free-adamw", "sgd", "shampoo", "soap"], Samples.All.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Strategies))]
    public void Its_description_is_complete_and_its_defaults_lie_in_their_ranges(string name)
    {
        var description = Samples.All[name].Description;
        Assert.All([description.Summary, description.Source], text => Assert.NotEqual("", text.Trim()));
        Assert.True(description.BaseBatchSize > 0);
        Assert.InRange(description.WarmupFraction, 0, 1);
        Assert.Single(description.Hyperparameters, h => h.Name == "learningRate" && h.Label != HyperparameterLabel.Fixed);
        Assert.Equal(description.Hyperparameters.Length, description.Hyperparameters.Select(h => h.Name).Distinct().Count());
        Assert.All(description.Hyperparameters, h =>
        {
            Assert.NotEqual("", h.Summary.Trim());
            Assert.InRange(h.Default, h.Minimum, h.Maximum);
            if (h.Scale == HyperparameterScale.Logarithmic) Assert.True(h.Minimum > 0, h.Name);
        });
    }

    [Theory, MemberData(nameof(Strategies))]
    public void It_decreases_a_quadratic(string name)
    {
        torch.manual_seed(1);
        using var model = Linear(6, 4);
        using var teacher = Linear(6, 4);
        using var inputs = randn(64, 6);
        using var targets = teacher.forward(inputs).detach();
        using var stepper = Samples.All[name].Start(Samples.Task(
            Samples.All[name], model, Samples.MeanSquare, hyperparameters: [("weightDecay", 0), .. RateForShortRuns(name)]));

        var losses = Samples.Train(stepper, _ => new Batch(inputs, targets), 150);

        Assert.True(losses[^1] < losses[0] * .5, $"{losses[0]} -> {losses[^1]}");
        Assert.Equal(150, stepper.Steps);
    }

    [Theory, MemberData(nameof(Strategies))]
    public void It_learns_a_small_network(string name)
    {
        using var model = Samples.Network();
        using var stepper = Samples.All[name].Start(Samples.Task(
            Samples.All[name], model, Samples.CrossEntropy, hyperparameters: RateForShortRuns(name)));

        var losses = Samples.Train(stepper, step => Samples.Images(step % 8), 200);

        var chance = Math.Log(3);
        Assert.True(losses[^8..].Average() < .6 * chance, $"{losses[0]} -> {losses[^8..].Average()}");
        // Reports have room for so many, those of communication among them.
        Assert.InRange(stepper.Diagnostics.Count, 0, DeviceProtocol.Figures - 6);
        Assert.All(stepper.Diagnostics.Keys, figure => Assert.InRange(figure.Length, 1, DeviceProtocol.FigureName));
    }

    [Theory, MemberData(nameof(Strategies))]
    public void The_same_seed_gives_the_same_curve_and_weights(string name)
    {
        using var one = Samples.Network();
        using var stepperOfOne = Start(name, one);
        var losses = Samples.Train(stepperOfOne, step => Samples.Images(step), 15);
        using var other = Samples.Network();
        using var stepperOfOther = Start(name, other);

        Assert.Equal(losses, Samples.Train(stepperOfOther, step => Samples.Images(step), 15));
        Assert.Equal(Samples.Bytes(one), Samples.Bytes(other));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_run_saved_and_loaded_goes_on_bit_identically(string name)
    {
        // 27 steps pass the first steps in which K-FAC inverts every time, and end between two inversions.
        using var whole = Samples.Network();
        using var wholeStepper = Start(name, whole);
        Samples.Train(wholeStepper, step => Samples.Images(step), 27);
        var state = new StateDictionary();
        wholeStepper.Save(state);
        var saved = state.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var copy = new StateDictionary();
        foreach (var (key, tensor) in saved) copy.Set(key, tensor);
        foreach (var (key, scalar) in state.Scalars) copy.SetScalar(key, scalar);
        var weights = whole.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        var losses = Samples.Train(wholeStepper, step => Samples.Images(step), 20);

        using var resumed = Samples.Network(seed: 99);
        using var resumedStepper = Start(name, resumed);
        using (no_grad())
            foreach (var (key, value) in resumed.state_dict()) value.copy_(weights[key]);
        resumedStepper.Load(copy);

        Assert.Equal(27, resumedStepper.Steps);
        Assert.Equal(losses, Samples.Train(resumedStepper, step => Samples.Images(step), 20));
        Assert.Equal(Samples.Bytes(whole), Samples.Bytes(resumed));
    }

    [Theory, MemberData(nameof(Strategies))]
    public void A_checkpoint_without_its_state_is_refused(string name)
    {
        using var model = Samples.Network();
        using var stepper = Start(name, model);
        var empty = new StateDictionary();
        empty.SetScalar("steps", 3);

        Assert.Throws<InvalidDataException>(() => stepper.Load(empty));
    }

    [Theory, MemberData(nameof(Strategies))]
    public void Steps_leave_no_live_tensors(string name)
    {
        using var model = Samples.Network();
        using var stepper = Start(name, model);
        var batch = Samples.Images(1);
        Samples.Train(stepper, _ => batch, 25);
        // What other tests left for the collector must not be collected between two counts.
        var before = LiveTensors.Count();

        Samples.Train(stepper, _ => batch, 50);

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Theory, MemberData(nameof(Strategies))]
    public void A_stopped_stepper_frees_its_state(string name)
    {
        using var model = Samples.Network();
        var batch = Samples.Images(1);
        // What other tests left for the collector must not be collected between two counts.
        var before = LiveTensors.Count();

        using (var stepper = Start(name, model)) Samples.Train(stepper, _ => batch, 3);

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Theory, MemberData(nameof(Strategies))]
    public void A_batch_of_NaN_gives_a_NaN_loss_and_no_exception(string name)
    {
        using var model = Samples.Network();
        using var stepper = Start(name, model);
        Samples.Train(stepper, step => Samples.Images(step), 3);
        var good = Samples.Images(7);

        var losses = Samples.Train(stepper, step => step == 3 ? new Batch(good.Inputs * double.NaN, good.Targets) : good, 3);

        Assert.True(double.IsNaN(losses[0]) && double.IsNaN(losses[2]), string.Join(' ', losses));
    }

    [Theory, MemberData(nameof(Strategies))]
    public void Swapping_averaged_weights_twice_changes_no_bit(string name)
    {
        using var model = Samples.Network();
        using var stepper = Start(name, model);
        using var undisturbed = Samples.Network();
        using var undisturbedStepper = Start(name, undisturbed);
        Assert.Equal(Samples.All[name].Description.Capabilities.AveragesWeights, stepper.HasAveragedWeights);
        Samples.Train(stepper, step => Samples.Images(step), 12);
        if (!stepper.HasAveragedWeights)
        {
            Assert.Throws<NotSupportedException>(stepper.SwapAveragedWeights);
            return;
        }
        var trained = Samples.Bytes(model);

        stepper.SwapAveragedWeights();
        Assert.NotEqual(trained, Samples.Bytes(model));
        stepper.SwapAveragedWeights();

        Assert.Equal(trained, Samples.Bytes(model));
        Samples.Train(stepper, step => Samples.Images(step), 5);
        Samples.Train(undisturbedStepper, step => Samples.Images(step), 17);
        Assert.Equal(Samples.Bytes(undisturbed), Samples.Bytes(model));
    }

    [Theory, MemberData(nameof(Strategies))]
    public void Parameters_keep_their_identity_and_may_be_copied_into(string name)
    {
        using var model = Samples.Network();
        var before = model.parameters().ToArray();
        var bytes = Samples.Bytes(model);
        using var stepper = Start(name, model);

        Assert.Equal(bytes, Samples.Bytes(model));
        Assert.All(before.Zip(model.parameters()), pair => Assert.Same(pair.First, pair.Second));
        using (no_grad())
            foreach (var parameter in before) parameter.fill_(.25);
        Assert.All(Samples.Train(stepper, step => Samples.Images(step), 1), loss => Assert.Equal(Math.Log(3), loss, 5));
        Samples.Train(stepper, step => Samples.Images(step), 1); // SOAP's first step only takes the basis
        Assert.Contains(before, parameter => (parameter - .25).abs().max().ToDouble() > 0);
    }

    /// <summary>Rates that let a strategy whose default is for long runs get somewhere in 150 steps.</summary>
    private static (string, double)[] RateForShortRuns(string name) => name switch
    {
        "lion" => [("learningRate", 5e-3)],
        "radam" or "adamw" => [("learningRate", 1e-2)],
        _ => [],
    };

    private static Stepper Start(string name, Module<Tensor, Tensor> model) =>
        Samples.All[name].Start(Samples.Task(Samples.All[name], model, Samples.CrossEntropy));
}
