using System.Text.Json;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>Trajectories of PyTorch's own optimizers, which <c>Golden/make_golden.py</c> wrote.</summary>
public class GoldenTests
{
    private const int Inputs = 4, Outputs = 3;

    private static readonly (string, double)[] adam =
    [
        ("learningRate", .02), ("oneMinusBeta1", .2), ("oneMinusBeta2", .05), ("epsilon", 1e-6)
    ];

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("radam")]
    [InlineData("nadam")]
    public void It_goes_where_PyTorch_goes(string optimizer)
    {
        using var scope = NewDisposeScope();
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "golden.json")));
        double[] Numbers(JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetDouble())];
        Tensor Matrix(string name) => stack(golden.RootElement.GetProperty(name).EnumerateArray().Select(row => tensor(Numbers(row))));
        var start = tensor(Numbers(golden.RootElement.GetProperty("start")));
        using var model = nn.Linear(Inputs, Outputs, dtype: ScalarType.Float64);
        using (no_grad())
        {
            model.weight.copy_(start.narrow(0, 0, Inputs * Outputs).view(Outputs, Inputs));
            model.bias!.copy_(start.narrow(0, Inputs * Outputs, Outputs));
        }
        var (strategy, own) = Configured(optimizer);
        using var stepper = strategy.Start(Samples.Task(strategy, model, Samples.MeanSquare, hyperparameters: own));
        if (optimizer == "nadam") Age(stepper, golden.RootElement.GetProperty("second").GetDouble());
        var batch = new Batch(Matrix("inputs"), Matrix("targets"));

        foreach (var (held, step) in golden.RootElement.GetProperty(optimizer).EnumerateArray()
            .Select((held, step) => (Numbers(held), step)))
        {
            stepper.Step(batch);
            var here = cat([model.weight.detach().flatten(), model.bias!.detach()]).data<double>().ToArray();
            Assert.All(held.Zip(here), pair =>
                Assert.True(Math.Abs(pair.First - pair.Second) < 1e-11, $"step {step}: {pair.First} in PyTorch, {pair.Second} here"));
        }
    }

    private static (TrainingStrategy Strategy, (string, double)[] Hyperparameters) Configured(string optimizer) => optimizer switch
    {
        "sgd" => (new Sgd(), [("learningRate", .05), ("momentum", .85), ("weightDecay", .03)]),
        "adam" => (new AdamW(), [.. adam, ("weightDecay", 0)]),
        "adamw" => (new AdamW(), [.. adam, ("weightDecay", .3)]),
        "radam" => (new RAdam(), [.. adam, ("weightDecay", 0)]),
        _ => (new NAdamW(), [.. adam, ("weightDecay", 0)]),
    };

    /// <summary>The state of a run so old that its moments need no bias correction.</summary>
    private static void Age(Stepper stepper, double second)
    {
        var state = new StateDictionary();
        state.SetScalar("steps", 0);
        state.Set("first", zeros(Outputs * (Inputs + 1), float64));
        state.Set("second", full(Outputs * (Inputs + 1), second, float64));
        state.SetScalar("firstWeight", 1);
        state.SetScalar("secondWeight", 1);
        stepper.Load(state);
    }
}
