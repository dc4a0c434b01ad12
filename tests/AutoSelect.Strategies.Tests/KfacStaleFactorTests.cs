using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>When K-FAC renews factors and inverses, and inversion beside the training.</summary>
public class KfacStaleFactorTests
{
    [Fact]
    public void Intervals_double_while_the_factors_stay_and_halve_when_they_change_within_their_bounds()
    {
        var renewal = new RenewalSchedule(factorInterval: 2, inverseInterval: 4, burnInSteps: 3, threshold: .2);
        var intervals = new List<int>();
        foreach (var change in new[] { .09, .05, .15, .01, .01, .01, .3, double.NaN, .2, .9, .9, .9, .9 })
        {
            renewal.Adapt(change);
            intervals.Add(renewal.InverseInterval);
        }

        Assert.Equal([8, 16, 16, 32, 64, 64, 32, 16, 16, 8, 4, 4, 4], intervals);
    }

    [Fact]
    public void Factors_and_inverses_are_due_at_every_step_of_the_burn_in_and_then_at_multiples_of_their_intervals()
    {
        var renewal = new RenewalSchedule(factorInterval: 2, inverseInterval: 4, burnInSteps: 3, threshold: 0);

        Assert.Equal([0, 1, 2, 4, 6, 8], Enumerable.Range(0, 10).Where(step => renewal.FactorsDue(step)));
        Assert.Equal([0, 1, 2, 4, 8], Enumerable.Range(0, 10).Where(step => renewal.InversesDue(step)));
    }

    [Fact]
    public void The_change_is_the_mean_relative_distance_to_the_factors_of_the_inversion_before()
    {
        using var scope = NewDisposeScope();
        using var block = new LinearBlock("layer", Linear(3, 2, dtype: ScalarType.Float64));
        using var change = new FactorChange([block]);
        using var off = no_grad();
        block.A.copy_(eye(4));
        block.G.copy_(eye(2));
        Assert.Equal(double.PositiveInfinity, change.Measure());
        block.A.mul_(1.5);

        // A moved by half its norm, G not at all.
        Assert.Equal(.25, change.Measure(), 12);
        Assert.Equal(0, change.Measure(), 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Inverting_in_the_background_uses_the_inverses_from_its_fixed_step_on(int delay)
    {
        const int burnIn = 2, interval = 4;
        using var model = Samples.Network();
        using var stepper = Samples.Kfac(Task(
            model, ("inverseDelay", delay), ("burnInSteps", burnIn), ("inverseInterval", interval), ("factorInterval", 1)));
        var block = (KroneckerBlock)stepper.Blocks[0];
        byte[] Inverse() => block.InverseA.clone().bytes.ToArray();
        var changed = new List<long>();
        for (var step = 0; step < 13; step++)
        {
            var before = Inverse();
            Samples.Train(stepper, s => Samples.Images(s), 1);
            if (!before.SequenceEqual(Inverse())) changed.Add(step);
        }

        // Begun at steps 4 and 8; a delay beyond the interval ends at the next inversion.
        var late = Math.Min(delay, interval);
        Assert.Equal([0, 1, 4 + late, 8 + late], changed.Where(step => step < 13));
    }

    [Fact]
    public void Inverting_in_the_background_gives_the_same_weights_every_time()
    {
        byte[] Run()
        {
            using var model = Samples.Network();
            using var stepper = Samples.Kfac(Task(model, ("inverseDelay", 2), ("burnInSteps", 3)));
            Samples.Train(stepper, step => Samples.Images(step), 30);
            return Samples.Bytes(model);
        }
        var first = Run();

        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal(first, Run()));
    }

    public static TheoryData<string, double> Switches => new() { { "inverseDelay", 3 }, { "adaptiveChange", .3 } };

    [Theory, MemberData(nameof(Switches))]
    public void A_run_saved_with_an_inversion_on_its_way_goes_on_bit_identically(string hyperparameter, double value)
    {
        using var whole = Samples.Network();
        using var wholeStepper = Samples.Kfac(Task(whole, (hyperparameter, value), ("burnInSteps", 3)));
        Samples.Train(wholeStepper, step => Samples.Images(step), 11);
        var state = new StateDictionary();
        wholeStepper.Save(state);
        var copy = new StateDictionary();
        foreach (var (key, tensor) in state.Tensors) copy.Set(key, tensor.clone());
        foreach (var (key, scalar) in state.Scalars) copy.SetScalar(key, scalar);
        var weights = whole.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        Samples.Train(wholeStepper, step => Samples.Images(step), 15);
        using var resumed = Samples.Network(seed: 99);
        using var resumedStepper = Samples.Kfac(Task(resumed, (hyperparameter, value), ("burnInSteps", 3)));
        using (no_grad())
            foreach (var (key, tensor) in resumed.state_dict()) tensor.copy_(weights[key]);
        resumedStepper.Load(copy);
        Samples.Train(resumedStepper, step => Samples.Images(step), 15);

        Assert.Equal(Samples.Bytes(whole), Samples.Bytes(resumed));
        Assert.Equal(wholeStepper.Diagnostics, resumedStepper.Diagnostics);
    }

    [Fact]
    public void An_error_of_the_background_inversion_is_told_where_its_result_is_needed()
    {
        using var layer = Linear(2, 2);
        using var block = new Failing(layer);
        using var inversion = BackgroundInversion.Begin([block], .1, swapStep: 7);

        var error = Assert.Throws<InvalidOperationException>(() => inversion.SwapIn());

        Assert.Equal("kfac: inverting the factors in the background for step 7 failed: no memory left", error.Message);
    }

    private static TrainingTask Task(Module<Tensor, Tensor> model, params (string, double)[] hyperparameters) =>
        Samples.Task(new Kfac(), model, Samples.CrossEntropy, hyperparameters: hyperparameters);

    private sealed class Failing(Module<Tensor, Tensor> layer) : LayerBlock("failing", layer)
    {
        public override IReadOnlyList<Tensor> Factors { get; } = [ones(2)];
        public override IReadOnlyList<Tensor> Inverses => [];
        protected override IEnumerable<(string Name, Tensor Tensor)> State => [("factor", Factors[0])];
        protected override IEnumerable<Tensor> Views => [];
        public override Tensor[]? Inverted(IReadOnlyList<Tensor> factors, double damping) =>
            throw new InvalidOperationException("no memory left");
        public override void Bind(FlatParameters flat, Tensor direction) { }
        public override void Precondition() { }
        public override bool IsSymmetric => false;
        public override double InversionCost => 1;
        public override Tensor WeightGradient => Factors[0];
        protected override Statistic[] Measure(Tensor input, Tensor gradient, long used) => [];
        protected override Tensor ImpliedGradient(Tensor input, Tensor gradient) => gradient;
    }
}
