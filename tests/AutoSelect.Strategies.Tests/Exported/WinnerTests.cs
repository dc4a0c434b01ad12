using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests.Exported;

/// <summary>
/// What <c>autoselect export --code</c> writes, compiled; a test of the planning library compares it with what is written.
/// </summary>
public sealed class WinnerTests
{
    private const int Examples = 640;

    [Fact]
    public void Its_stepper_trains_bit_by_bit_as_the_strategy_does()
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (Weights(Winner.Start), Weights((model, loss, examples, _) =>
        {
            var strategy = new NAdamW();
            return strategy.Start(new TrainingTask
            {
                Model = model,
                Loss = loss,
                Candidate = Winner.Candidate,
                HorizonSteps = 5 * examples / Winner.Candidate.BatchSize,
                Strategy = strategy.Description,
            });
        }));
        Assert.Equal(theirs, ours);
        Assert.Equal(("nadamw", 64, 0.0021234567890123),
            (Winner.Candidate.Strategy, Winner.Candidate.BatchSize, Winner.Candidate.Hyperparameters["learningRate"]));
        Assert.Equal(ScheduleKind.Cosine, Winner.Candidate.Schedule.Kind);
    }

    private static float[] Weights(
        Func<Module<Tensor, Tensor>, Func<Tensor, Tensor, Tensor>, int, TorchSharp.torch.Device?, Stepper> start)
    {
        manual_seed(3);
        var model = Linear(4, 1);
        var (inputs, targets) = (randn(Winner.Candidate.BatchSize, 4), randn(Winner.Candidate.BatchSize, 1));
        using var stepper = start(model, (output, target) => functional.mse_loss(output, target), Examples, null);
        for (var i = 0; i < 3; i++) stepper.Step(new Batch(inputs, targets));
        Assert.Equal(3, stepper.Steps);
        return model.weight.detach().data<float>().ToArray();
    }
}
