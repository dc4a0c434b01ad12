using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads;
using AutoSelect.Training.Workloads.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class BuiltInWorkloadTests : TrainingTest
{
    private static readonly ImmutableSortedDictionary<string, string> Synthetic =
        ImmutableSortedDictionary<string, string>.Empty.Add("dataset", "synthetic");

    public static TheoryData<string> Names => ["fashion-mnist-mlp", "fashion-mnist-cnn", "autoencoder", "char-transformer"];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_learns_on_synthetic_data_and_resumes_bit_identically(string name)
    {
        var options = Synthetic.Add("examples", "500");
        // Of its default width a step takes ten times as long.
        WorkloadReference workload = new() { Name = name, Options = name == "char-transformer" ? options.Add("width", "16") : options };
        var catalogue = new WorkloadCatalogue();
        var direction = catalogue.Create(workload).Description.Direction;
        SegmentReport Train(long until, Checkpoint? from, string trial, Recorder recorder)
        {
            using var trainer = new SegmentTrainer(new StrategyCatalogue([new PlainSgd()]), catalogue, Folder, CPU);
            var report = trainer.Train(Assignment(until, from, learningRate: name == "autoencoder" ? 1e-4 : .03, trial: trial,
                horizon: 40) with
            { Workload = workload, Direction = direction }, recorder);
            Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
            return report;
        }
        var recorder = new Recorder();
        var whole = Train(40, null, "t01", recorder);
        var (first, last) = (recorder.Points[0].Value, recorder.Points[^1].Value);
        Assert.True(direction == Direction.Maximize ? last > first : last < first, $"{first} became {last}");
        var half = Train(17, null, "t02", new Recorder());
        Assert.Equal(StateOf(whole.Checkpoint!), StateOf(Train(40, half.Checkpoint, "t02", new Recorder()).Checkpoint!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_description_says_what_its_model_costs(string name)
    {
        WorkloadReference workload = new() { Name = name, Options = Synthetic };
        var catalogue = new WorkloadCatalogue();
        var inspected = catalogue.Inspect(workload, Folder, prepareData: true);
        Assert.True(inspected.ForwardMultiplyAdds > 1000);
        if (catalogue.Create(workload).Description.ForwardMultiplyAdds is { } described)
            Assert.Equal(described, inspected.ForwardMultiplyAdds);
        Assert.InRange(inspected.TrainingExamples!.Value, 800, 4000);
        var (again, setup) = (catalogue.Create(workload), new WorkloadSetup { Options = Synthetic, DataDirectory = Folder });
        using var data = again.Load(setup);
        using var model = again.CreateModel(setup);
        Assert.Equal(model.parameters().Where(p => p.requires_grad).Sum(p => p.numel()), inspected.Layers.Sum(l => l.Parameters));
        Assert.Equal(inspected.ForwardMultiplyAdds!.Value, inspected.Layers.Sum(l => l.MultiplyAdds ?? 0));
        Assert.All(inspected.Layers, l => Assert.InRange(l.Rows, 1, l.Parameters));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_layer_with_weights_is_called_through_its_hooks(string name)
    {
        using var scope = NewDisposeScope();
        var setup = new WorkloadSetup { Options = Synthetic, DataDirectory = Folder };
        var workload = new WorkloadCatalogue().Create(new() { Name = name, Options = Synthetic });
        using var data = workload.Load(setup);
        using var model = workload.CreateModel(setup);
        var missing = new HashSet<string>();
        foreach (var (path, module) in model.named_modules())
        {
            if (module is Linear or Conv2d or BatchNorm2d or LayerNorm or Embedding)
            {
                missing.Add(path);
                ((nn.Module<Tensor, Tensor>)module).register_forward_hook((_, _, output) =>
                {
                    missing.Remove(path);
                    return output;
                });
            }
        }
        Assert.NotEmpty(missing);
        model.forward(data.Training.Pick(arange(4, dtype: int64)).Inputs);
        Assert.Empty(missing);
    }

    [Fact]
    public void The_transformer_does_not_see_the_future()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        random.manual_seed(1);
        using var model = new CausalTransformer(classes: 5, context: 8, layers: 2, width: 16, heads: 2);
        var text = tensor(new long[] { 0, 1, 2, 3, 4, 0, 1, 2 }).reshape(1, 8);
        var changed = text.clone();
        changed[0, 5] = tensor(4L);
        var (a, b) = (model.call(text), model.call(changed));
        Assert.True(a.narrow(1, 0, 5).allclose(b.narrow(1, 0, 5)));
        Assert.False(a.narrow(1, 5, 3).allclose(b.narrow(1, 5, 3)));
    }

    [Fact]
    public void The_transformer_without_a_text_says_how_to_give_one()
    {
        var error = Assert.Throws<BadOptionException>(
            () => new CharTransformer().Load(new WorkloadSetup { Options = new Dictionary<string, string>(), DataDirectory = Folder }));
        Assert.Contains("option data", error.Message);
        Assert.Contains("dataset: synthetic", error.Message);
    }

    [Theory]
    [InlineData("fashion-mnist-mlp", "hidden", "512,256", "joined by dashes")]
    [InlineData("char-transformer", "width", "30", "multiple of heads, 4")]
    [InlineData("autoencoder", "dataset", "cifar", "must be fashion-mnist, mnist or synthetic")]
    public void A_bad_option_is_refused_with_its_value_and_the_rule(string name, string option, string value, string rule)
    {
        var error = Assert.Throws<BadOptionException>(() =>
            new WorkloadCatalogue().Inspect(new() { Name = name, Options = Synthetic.SetItem(option, value) }, Folder, prepareData: true));
        Assert.Equal(option, error.Option);
        Assert.Contains($"'{option}' is", error.Message);
        Assert.Contains(value, error.Message);
        Assert.Contains(rule, error.Message);
    }

    [Fact]
    public void Mnist_is_read_from_its_files()
    {
        if (!Directory.Exists(Path.Combine(Environment.GetEnvironmentVariable("AUTOSELECT_DATA") ?? "", "datasets", "mnist")))
            Assert.Skip("AUTOSELECT_DATA has no datasets/mnist.");
        using var data = new FashionMnistMlp()
            .Load(new WorkloadSetup { Options = new Dictionary<string, string> { ["dataset"] = "mnist" }, DataDirectory = Folder });
        Assert.Equal((55_000, 5_000, 10_000), (data.Training.Count, data.Validation.Count, data.Test!.Count));
        using var scope = NewDisposeScope();
        var batch = data.Training.Pick(arange(2000, dtype: int64));
        Assert.Equal(5, batch.Targets[0].item<long>());
        Assert.Equal([2000, 1, 28, 28], batch.Inputs.shape);
        Assert.InRange(batch.Inputs.mean().item<float>(), -.05, .05);
        Assert.InRange(batch.Inputs.std().item<float>(), .95, 1.05);
    }
}
