using AutoSelect.Contracts;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Tests;

/// <summary>Each pass against its equation, on a small model in fp64.</summary>
public sealed class PassTests : TrainingTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Micro_batches_give_the_gradient_and_the_loss_of_the_whole_batch(int size)
    {
        using var scope = NewDisposeScope();
        var task = NewTask();
        var batch = NewBatch();
        var (whole, wholeLoss) = Gradient(new PlainPass(task), task, batch);
        var (parts, partsLoss) = Gradient(new MicroBatchPass(new PlainPass(task), size), task, batch);
        Assert.True(parts.allclose(whole, rtol: 1e-12, atol: 1e-14));
        Assert.Equal(wholeLoss, partsLoss, 6);
    }

    [Fact]
    public void Micro_batches_never_split_batch_norm()
    {
        using var model = Sequential(("norm", BatchNorm1d(2)));
        var refusal = Assert.Throws<UnsupportedModelException>(() => MicroBatchPass.Check(model, 8));
        Assert.Contains("microBatch 8", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clipping_scales_a_long_gradient_to_the_norm_and_leaves_a_short_one()
    {
        using var scope = NewDisposeScope();
        var task = NewTask();
        var batch = NewBatch();
        var (whole, _) = Gradient(new PlainPass(task), task, batch);
        var norm = whole.norm().item<double>();
        var parameters = HeldWeights.Trainable(task.Model);
        var (clipped, _) = Gradient(new ClippedPass(new PlainPass(task), parameters, norm / 3), task, batch);
        Assert.True(clipped.allclose(whole / 3, rtol: 1e-10));
        var (untouched, _) = Gradient(new ClippedPass(new PlainPass(task), parameters, norm * 3), task, batch);
        Assert.True(untouched.eq(whole).all().item<bool>());
    }

    [Fact]
    public void Sharpness_aware_minimisation_takes_the_gradient_at_the_edge_of_the_ball_and_shows_only_that_pass()
    {
        using var scope = NewDisposeScope();
        var task = NewTask();
        var batch = NewBatch();
        var parameters = HeldWeights.Trainable(task.Model);
        var before = Flat(parameters.Select(p => p.detach()));
        var (gradient, loss) = Gradient(new PlainPass(task), task, batch);
        var seen = 0;
        Zero(task);
        var told = new SharpnessPass(new PlainPass(task), parameters, .2).Run(batch, new PassWatch(() => seen++, _ => seen += 10));
        var found = Flat(parameters.Select(p => p.grad!));
        Assert.Equal(11, seen);
        Assert.Equal(loss, told.item<double>(), 12);
        Assert.True(Flat(parameters.Select(p => p.detach())).eq(before).all().item<bool>());

        var at = 0L;
        var edge = before + gradient * (.2 / gradient.norm().item<double>());
        using (no_grad())
        {
            foreach (var p in parameters)
            {
                p.copy_(edge.narrow(0, at, p.numel()).view(p.shape));
                at += p.numel();
            }
        }
        Assert.True(found.allclose(Gradient(new PlainPass(task), task, batch).Gradient, rtol: 1e-10));
    }

    [Fact]
    public void Perturbed_weights_give_on_average_the_gradient_of_the_smoothed_loss_and_come_back_bit_by_bit()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        // A loss of the fourth power has E d/dw (w + σε)^4 = 4w³ + 12wσ² in closed form.
        using var model = Linear(1, 1, hasBias: false, dtype: ScalarType.Float64);
        using (no_grad()) model.weight!.fill_(.7);
        var task = NewTask(model, (output, _) => output.pow(4).mean());
        var batch = new Batch(ones(1, 1, dtype: ScalarType.Float64), zeros(1));
        var pass = new PerturbedPass(new PlainPass(task), HeldWeights.Trainable(model), .5);
        const int Draws = 20_000;
        for (var i = 0; i < Draws; i++)
        {
            using var inner = NewDisposeScope();
            pass.Run(batch);
        }
        Assert.Equal(.7, model.weight!.item<double>());
        Assert.Equal(4 * .343 + 12 * .7 * .25, model.weight!.grad!.item<double>() / Draws, .15);
    }

    [Fact]
    public void Primal_averaging_follows_its_three_equations_and_delivers_x()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(1, 1, hasBias: false, dtype: ScalarType.Float64);
        using (no_grad()) model.weight!.fill_(2);
        using var average = new PrimalAverage(model);
        var task = NewTask(model, (output, _) => output.square().mean());
        var pass = average.Around(new PlainPass(task));
        var batch = new Batch(ones(1, 1, dtype: ScalarType.Float64), zeros(1));
        var (x, z) = (2.0, 2.0);
        for (var step = 1; step <= 50; step++)
        {
            using var inner = NewDisposeScope();
            model.weight!.grad?.zero_();
            pass.Run(batch);
            using (no_grad()) model.weight.add_(model.weight.grad!, alpha: -.1);
            average.Update();
            var y = .7 * x + .3 * z;
            z -= .1 * 2 * y;
            x = .9967 * x + .0033 * z;
        }
        Assert.Equal(z, model.weight!.item<double>(), 12);
        Assert.True(average.Swap());
        Assert.Equal(x, model.weight!.item<double>(), 12);
    }

    [Fact]
    public void The_cautious_mask_drops_what_goes_up_the_gradient_and_scales_up_the_rest()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(4, 1, hasBias: false, dtype: ScalarType.Float64);
        var weights = tensor(new[] { 1.0, 2, 3, 4 }).view(1, 4);
        using (no_grad()) model.weight!.copy_(weights);
        // The gradient of w·(1, -1, 1, 0) is (1, -1, 1, 0).
        var batch = new Batch(tensor(new[] { 1.0, -1, 1, 0 }).view(1, 4), zeros(1));
        var mask = new CautiousMask(new PlainPass(NewTask(model, (output, _) => output.sum())), HeldWeights.Trainable(model));
        mask.Run(batch);
        var change = tensor(new[] { -.1, -.1, .3, .2 }).view(1, 4);
        using (no_grad())
        {
            model.weight!.grad!.zero_(); // strategies overwrite it
            model.weight.add_(change);
        }
        mask.Apply();
        // Only the first entry agrees: scale 4 / (1 + 1).
        Assert.True(model.weight!.allclose(weights + tensor(new[] { -.2, 0.0, 0, 0 }).view(1, 4), rtol: 1e-12));
    }

    private static TrainingTask NewTask()
    {
        random.manual_seed(1);
        return NewTask(Sequential(
            ("a", Linear(3, 5, dtype: ScalarType.Float64)), ("tanh", Tanh()), ("b", Linear(5, 2, dtype: ScalarType.Float64))),
            (output, target) => functional.mse_loss(output, target));
    }

    private static TrainingTask NewTask(Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss) => new()
    {
        Model = model,
        Loss = loss,
        Candidate = new Candidate
        {
            Name = "c",
            Strategy = "plain-sgd",
            BatchSize = 8,
            Seed = 1,
            Schedule = new() { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
        },
        HorizonSteps = 10,
        Strategy = new PlainSgd().Description,
    };

    private static Batch NewBatch() => new(randn(8, 3, dtype: ScalarType.Float64), randn(8, 2, dtype: ScalarType.Float64));

    private static (Tensor Gradient, double Loss) Gradient(GradientPass pass, TrainingTask task, Batch batch)
    {
        Zero(task);
        var loss = pass.Run(batch).to(ScalarType.Float64).item<double>();
        return (Flat(HeldWeights.Trainable(task.Model).Select(p => p.grad!)), loss);
    }

    private static void Zero(TrainingTask task)
    {
        foreach (var parameter in task.Model.parameters()) parameter.grad?.zero_();
    }

    private static Tensor Flat(IEnumerable<Tensor> tensors) => cat([.. tensors.Select(t => t.clone().flatten())]);
}
