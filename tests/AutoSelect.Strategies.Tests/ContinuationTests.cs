using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>
/// Every pair of strategies: what the one takes over from the other's state, and its first steps with it, against the equations.
/// </summary>
/// <remarks>
/// The loss mean(output · target) is linear, so the gradient of a batch does not depend on the weights: with inputs x and targets t it is
/// tᵀx/n for the weight [2, 3] and the mean of t for the bias, divided by the 2 outputs.
/// </remarks>
public class ContinuationTests
{
    private const int Switch = 6;
    private const double Tolerance = 2e-6;

    public static TheoryData<string> Strategies => Samples.Names;

    [Theory, MemberData(nameof(Strategies))]
    public void It_takes_over_what_its_rule_for_each_other_strategy_says(string name)
    {
        using var scope = NewDisposeScope();
        var to = Samples.All[name];
        var fresh = StateOf(name, 0);
        foreach (var from in Samples.All.Values.Select(s => s.Description.Name))
        {
            var rule = CandidateRules.Continuation(to.Description, from)!;
            Assert.NotNull(rule);
            var before = StateOf(from, Switch);
            using var model = Model();
            using var stepper = to.Start(Task(name, model));
            using (no_grad()) foreach (var parameter in model.parameters()) parameter.fill_(.5);
            stepper.Continue(before, rule);
            var after = Saved(stepper);

            Assert.Equal((Switch, $"{from} to {name}"), ((int)stepper.Steps, $"{from} to {name}"));
            if (rule.Kind == ContinuationKind.Exact) AssertSame(before, after, $"{from} to {name}", except: []);
            else if (rule.Kind == ContinuationKind.Convertible)
            {
                var average = AverageOf(after);
                var expected = HandAverage(from);
                // Muon keeps an average for matrices alone.
                Assert.All(average.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, Tolerance));
                AssertSame(
                    fresh, after, $"{from} to {name}", except: ["steps", "first", "firstWeight", "momentum", "momentumWeight", "average"]);
            }
            else AssertSame(fresh, after, $"{from} to {name}", except: ["steps", "z", "origin"]);

            Assert.All(Samples.Train(stepper, Batch, 3), loss => Assert.True(double.IsFinite(loss), $"{from} to {name}"));
        }
    }

    [Theory, MemberData(nameof(Strategies))]
    public void Where_only_weights_pass_it_goes_on_as_a_fresh_run_from_those_weights(string name)
    {
        // Three follow the progress of the run, or draw by the number of the step.
        if (name is "ademamix" or "kfac-large-batch" or "noisy-kfac") return;
        using var scope = NewDisposeScope();
        using var fresh = Samples.Network();
        using var freshStepper = Samples.All[name].Start(Samples.Task(Samples.All[name], fresh, Samples.CrossEntropy, horizon: 5000));
        using var continued = Samples.Network();
        using var stepper = Samples.All[name].Start(Samples.Task(Samples.All[name], continued, Samples.CrossEntropy, horizon: 5000));
        var state = new StateDictionary();
        state.SetScalar("steps", 403);
        stepper.Continue(state, new ContinuationRule { Kind = ContinuationKind.BoundaryOnly });

        // Past the steps in which K-FAC inverts every time.
        Assert.Equal(
            Samples.Train(freshStepper, step => Samples.Images(step), 33), Samples.Train(stepper, step => Samples.Images(step - 403), 33));
        Assert.Equal(Samples.Bytes(fresh), Samples.Bytes(continued));
        Assert.Equal(436, stepper.Steps);
    }

    [Fact]
    public void Kfac_burns_in_from_the_switch_for_all_its_parameters_and_resumes_so()
    {
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> Network()
        {
            torch.manual_seed(3);
            return Sequential(Embedding(7, 4), Flatten(), Linear(8, 6), Tanh(), Linear(6, 3));
        }
        Batch Tokens(long step)
        {
            var generator = new Generator((ulong)step);
            var tokens = randint(0, 7, [32, 2], ScalarType.Int64, generator: generator);
            return new Batch(tokens, tokens.sum(1).remainder(3));
        }
        var kfac = Samples.All["kfac"];
        using var fresh = Network();
        using var freshStepper = kfac.Start(Samples.Task(kfac, fresh, Samples.CrossEntropy, horizon: 5000));
        using var continued = Network();
        using var stepper = kfac.Start(Samples.Task(kfac, continued, Samples.CrossEntropy, horizon: 5000));
        var state = new StateDictionary();
        state.SetScalar("steps", 403);
        stepper.Continue(state, CandidateRules.Continuation(kfac.Description, "nadamw")!);

        Assert.Equal(Samples.Train(freshStepper, Tokens, 10), Samples.Train(stepper, step => Tokens(step - 403), 10));
        Assert.Equal(1, stepper.Diagnostics["inverseInterval"]);
        using var resumed = Network();
        using var resumedStepper = kfac.Start(Samples.Task(kfac, resumed, Samples.CrossEntropy, horizon: 5000));
        using (no_grad())
            foreach (var (parameter, value) in resumed.parameters().Zip(continued.parameters())) parameter.copy_(value);
        resumedStepper.Load(Saved(stepper));
        Assert.Equal(Samples.Train(freshStepper, Tokens, 25), Samples.Train(resumedStepper, step => Tokens(step - 403), 25));
        Assert.Equal(Samples.Bytes(fresh), Samples.Bytes(resumed));
        Assert.True(resumedStepper.Diagnostics["inverseInterval"] > 1);
    }

    // Each row's equation gives the change of a weight over η, from the average a of the gradients before and the gradient g after the
    // switch.
    [Theory]
    [InlineData("sgd", "adamw")]
    [InlineData("sgd", "nadamw")]
    [InlineData("lars", "shampoo")]
    [InlineData("nadamw", "sgd")]
    [InlineData("lion", "sgd")]
    [InlineData("adamw", "lion")]
    [InlineData("adamw", "schedule-free-adamw")]
    public void The_first_step_after_a_switch_follows_the_equations(string from, string to)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var task = Task(to, model);
        using var stepper = Samples.All[to].Start(task);
        stepper.Continue(StateOf(from, Switch), CandidateRules.Continuation(Samples.All[to].Description, from)!);
        var before = Weights(model);
        Samples.Train(stepper, Batch, 1);
        var change = Weights(model).Zip(before, (after, w) => (after - w) / task["learningRate"]).ToArray();
        var (a, g) = (HandAverage(from), Gradient(Switch));

        // v = (1-β2)g² over its weight 1-β2, so that its root is |g|.
        var epsilon = to is "sgd" or "lion" ? 0 : task["epsilon"];
        double Beta1(string parameter = "oneMinusBeta1") => 1 - task[parameter];
        double Expected(int i) => to switch
        {
            "adamw" or "shampoo" => -(Beta1() * a[i] + (1 - Beta1()) * g[i]) / (Math.Abs(g[i]) + epsilon),
            "nadamw" => -(Beta1() * (Beta1() * a[i] + (1 - Beta1()) * g[i]) + (1 - Beta1()) * g[i]) / (Math.Abs(g[i]) + epsilon),
            // The ball rolls at 1/(1-μ) times the average.
            "sgd" => -(g[i] + task["momentum"] * (task["momentum"] * a[i] / (1 - task["momentum"]) + g[i])),
            "lion" => -Math.Sign(Beta1() * a[i] + (1 - Beta1()) * g[i]),
            _ => -g[i] / (Math.Abs(g[i]) + epsilon),
        };
        for (var i = 0; i < change.Length; i++) Assert.Equal(Expected(i), change[i], 1e-3 * Math.Max(1, Math.Abs(Expected(i))));
    }

    private static TorchSharp.Modules.Linear Model()
    {
        torch.manual_seed(5);
        return Linear(3, 2);
    }

    private static TrainingTask Task(string name, TorchSharp.Modules.Linear model) =>
        Samples.Task(Samples.All[name], model, (output, target) => (output * target).mean(),
            batchSize: 8,
            hyperparameters: Samples.All[name].Description.Hyperparameters.Any(h => h.Name == "weightDecay") ? [("weightDecay", 0)] : []);

    private static Batch Batch(long step)
    {
        var generator = new Generator((ulong)(step + 40));
        return new Batch(randn([8, 3], generator: generator), randn([8, 2], generator: generator));
    }

    private static double[] Gradient(long step)
    {
        var batch = Batch(step);
        var (x, t) = (batch.Inputs.to(ScalarType.Float64), batch.Targets.to(ScalarType.Float64) / 2);
        return [.. (t.t().mm(x) / 8).data<double>(), .. t.mean([0]).data<double>()];
    }

    /// <summary>Σ βᵏ⁻ⁱ gᵢ / Σ βᵏ⁻ⁱ over the gradients before the switch.</summary>
    private static double[] HandAverage(string from)
    {
        var hyperparameters = Samples.All[from].Description.Hyperparameters.ToDictionary(h => h.Name, h => h.Default);
        var beta = from is "sgd" or "lars" ? hyperparameters["momentum"]
            : 1 - hyperparameters[from == "lion" ? "oneMinusBeta2" : "oneMinusBeta1"];
        var first = from == "soap" ? 1 : 0; // its first step only takes the basis
        var (sum, weight) = (new double[8], 0.0);
        for (var step = first; step < Switch; step++)
        {
            var g = Gradient(step);
            for (var i = 0; i < sum.Length; i++) sum[i] = beta * sum[i] + g[i];
            weight = beta * weight + 1;
        }
        return [.. sum.Select(s => s / weight)];
    }

    private static double[] AverageOf(StateDictionary state)
    {
        var (name, weight) = state.Contains("momentum") ? ("momentum", state.GetScalar("momentumWeight"))
            : state.Contains("first") ? ("first", state.GetScalar("firstWeight"))
            : ("average", 1);
        return [.. (state.Get(name).to(ScalarType.Float64).flatten() / weight).data<double>()];
    }

    private static StateDictionary StateOf(string name, int steps)
    {
        using var model = Model();
        using var stepper = Samples.All[name].Start(Task(name, model));
        Samples.Train(stepper, Batch, steps);
        return Saved(stepper);
    }

    private static StateDictionary Saved(Stepper stepper)
    {
        var (state, copy) = (new StateDictionary(), new StateDictionary());
        stepper.Save(state);
        foreach (var (name, tensor) in state.Tensors) copy.Set(name, tensor.detach().clone());
        foreach (var (name, scalar) in state.Scalars) copy.SetScalar(name, scalar);
        return copy;
    }

    private static void AssertSame(StateDictionary expected, StateDictionary actual, string pair, string[] except)
    {
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        foreach (var (name, tensor) in expected.Tensors.Where(entry => !except.Contains(entry.Key)))
            Assert.True(tensor.bytes.SequenceEqual(actual.Get(name).bytes), $"{pair}: {name} differs");
        foreach (var (name, scalar) in expected.Scalars.Where(entry => !except.Contains(entry.Key)))
            Assert.True(scalar.Equals(actual.GetScalar(name)), $"{pair}: {name} is {actual.GetScalar(name)}, not {scalar}");
    }

    private static double[] Weights(TorchSharp.Modules.Linear model) =>
        [.. model.weight.detach().to(ScalarType.Float64).flatten().data<double>(),
            .. model.bias!.detach().to(ScalarType.Float64).data<double>()];
}
