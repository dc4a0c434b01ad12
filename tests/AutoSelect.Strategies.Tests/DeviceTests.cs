using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>
/// State follows the model's device. The device is <c>meta</c>, whose tensors have shapes and no values: an operation that mixes it with
/// the CPU throws, and one that reads a value throws too.
/// </summary>
public class DeviceTests
{
    /// <summary>
    /// Strategies whose steps read values back (finite factors, successful inversions), which meta tensors have not, or call isinf, which
    /// is not there for them: only what they start with is checked.
    /// </summary>
    private static readonly string[] readers = ["lamb", "lars", "kfac", "kfac-large-batch", "noisy-kfac", "soap"];

    private static readonly torch.Device meta = new(DeviceType.META);

    public static TheoryData<string> Strategies => Samples.Names;

    [Theory, MemberData(nameof(Strategies))]
    public void All_state_lies_on_the_device_of_the_model(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Network();
        using var stepper = Samples.All[name].Start(Task(name, model));

        if (!readers.Contains(name))
            for (var step = 0; step < 3; step++)
                stepper.Step(new Batch(zeros([8, 6], device: meta), zeros([8], ScalarType.Int64, meta)));

        var state = new StateDictionary();
        stepper.Save(state);
        Assert.NotEmpty(state.Tensors);
        Assert.All(state.Tensors, entry => Assert.Equal(DeviceType.META, entry.Value.device_type));
        Assert.All(model.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
    }

    private static Module<Tensor, Tensor> Network() => Sequential(Linear(6, 8, device: meta), Tanh(), Linear(8, 3, device: meta));

    private static TrainingTask Task(string name, Module<Tensor, Tensor> model)
    {
        var strategy = Samples.All[name];
        var task = Samples.Task(strategy, model, Samples.CrossEntropy);
        return new TrainingTask
        {
            Model = model,
            Loss = task.Loss,
            HorizonSteps = task.HorizonSteps,
            Strategy = task.Strategy,
            Candidate = task.Candidate,
            Device = meta,
        };
    }
}
