using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using AutoSelect.Training.Workloads.TorchScript;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>
/// spirals.pt and spirals.npz come from make_files.py: Linear, BatchNorm1d, ReLU, Dropout, Linear on two intertwined spirals.
/// </summary>
public sealed class TorchScriptWorkloadTests : TrainingTest
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "Workloads", "TorchScript");

    private static readonly ImmutableSortedDictionary<string, string> Options = ImmutableSortedDictionary<string, string>.Empty
        .Add("model", Path.Combine(Files, "spirals.pt")).Add("data", Path.Combine(Files, "spirals.npz"));

    private static readonly WorkloadReference Spirals = new() { Name = "torchscript", Options = Options };

    private static WorkloadSetup Setup(ImmutableSortedDictionary<string, string> options) =>
        new() { Options = options, DataDirectory = "" };

    private static readonly (string From, string To)[] TracedInEvaluation =
        [("running_var, training, momentum", "running_var, False, momentum"),
            ("torch.dropout(input, p, training)", "torch.dropout(input, p, False)")];

    private SegmentTrainer Trainer() => new(new StrategyCatalogue([new PlainSgd()]), new WorkloadCatalogue(), Folder, CPU);

    [Fact]
    public void The_script_computes_what_PyTorch_computed_and_keeps_its_names()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = ScriptModel.Load(Options["model"]);
        model.eval();
        var inputs = tensor(new[,] { { -.36f, .432f }, { -.087f, -.036f }, { -.792f, -.445f } });
        var expected = tensor(new[,] { { .086681f, .048534f }, { .113648f, .044645f }, { -.034829f, .124675f } });
        Assert.True(model.call(inputs).allclose(expected, rtol: 0, atol: 2e-6));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias"], model.named_parameters().Select(p => p.name));
        Assert.Equal(["1.running_mean", "1.running_var", "1.num_batches_tracked"], model.named_buffers().Select(b => b.name));
    }

    [Fact]
    public void Its_data_arrives_with_its_types_converted()
    {
        using var scope = NewDisposeScope();
        using var data = new TorchScriptWorkload().Load(Setup(Options));
        Assert.Equal((320, 100, 50), (data.Training.Count, data.Validation.Count, data.Test!.Count));
        var (inputs, targets) = data.Training.Pick(arange(320));
        Assert.Equal((ScalarType.Float32, ScalarType.Int64), (inputs.dtype, targets.dtype));
        Assert.Equal([1, 0, 0, 0, 0, 1, 1, 1], targets[..8].data<long>().ToArray());
        Assert.Equal(162, targets.sum().item<long>());
    }

    [Fact]
    public void Values_and_gradients_of_flat_parameters_are_those_of_the_script()
    {
        using var scope = NewDisposeScope();
        using var model = ScriptModel.Load(Options["model"]);
        var inputs = randn(8, 2);
        model.eval();
        var before = model.call(inputs).detach();
        using var flat = FlatParameters.ByDecay(model);
        Assert.True(model.call(inputs).eq(before).all().item<bool>());
        model.call(inputs).square().mean().backward();
        var byParameter = model.parameters().Select(p => flat.View(flat.Gradients, p).eq(p.grad!).all().item<bool>());
        Assert.All(byParameter, Assert.True);
        Assert.True(flat.Gradients.norm().item<float>() > 0);
        using var off = no_grad();
        flat.Values.zero_();
        Assert.Equal(0, model.call(inputs).abs().max().item<float>());
    }

    [Fact]
    public void It_learns_and_resumes_bit_identically()
    {
        SegmentReport Train(long until, Checkpoint? from, string trial, Recorder recorder)
        {
            using var trainer = Trainer();
            var report = trainer.Train(Assignment(until, from, trial: trial, horizon: 120) with { Workload = Spirals }, recorder);
            Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
            return report;
        }
        var (recorder, parts) = (new Recorder(), new Recorder());
        var whole = Train(120, null, "t01", recorder);
        Assert.True(recorder.Points[^1].Value > .75, $"{recorder.Points[0].Value} became {recorder.Points[^1].Value}");
        Assert.NotNull(recorder.Points[^1].AveragedValue);
        Checkpoint? checkpoint = null;
        foreach (var until in new long[] { 1, 3, 47, 120 }) checkpoint = Train(until, checkpoint, "t02", parts).Checkpoint;
        Assert.Equal(StateOf(whole.Checkpoint!), StateOf(checkpoint!));
        Assert.Equal(CurveOf(recorder), CurveOf(parts));
    }

    [Fact]
    public void The_seed_changes_the_run_but_not_its_initial_weights()
    {
        string StateAt(long step, long seed)
        {
            using var trainer = Trainer();
            var assignment = Assignment(step, trial: $"t{seed}-{step}");
            var report = trainer.Train(
                assignment with { Workload = Spirals, Candidate = assignment.Candidate with { Seed = seed } }, new Recorder());
            return StateOf(report.Checkpoint!);
        }
        Assert.NotEqual(StateAt(5, 1), StateAt(5, 2));
        var one = new TorchScriptWorkload();
        string Initial(long seed)
        {
            using var scope = NewDisposeScope();
            using var data = one.Load(Setup(Options));
            random.manual_seed(seed);
            using var model = one.CreateModel(Setup(Options));
            return string.Join(" ", model.parameters().Select(p => Convert.ToHexString(p.bytes)));
        }
        Assert.Equal(Initial(1), Initial(2));
    }

    [Fact]
    public void The_exported_script_gives_the_values_that_are_told()
    {
        using var trainer = Trainer();
        var report = trainer.Train(Assignment(120) with { Workload = Spirals }, new Recorder());
        var path = Path.Combine(Folder, "out", "final.safetensors");
        var final = trainer.Export(Assignment(120, report.Checkpoint) with { Workload = Spirals }, path);
        Assert.Equal(["final.pt", "final.safetensors"], Directory.GetFiles(Path.Combine(Folder, "out")).Select(Path.GetFileName).Order());

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var workload = new TorchScriptWorkload();
        using var data = workload.Load(Setup(Options));
        using var script = jit.load<Tensor, Tensor>(Path.Combine(Folder, "out", "final.pt"));
        Assert.False(script.training);
        using var model = ScriptModel.Load(Path.Combine(Folder, "out", "final.pt"));
        Assert.True(model.parameters().All(p => p.requires_grad));
        model.eval();
        Assert.Equal(final.Value, Evaluation.Mean(workload, model, data.Validation, CPU));
        Assert.Equal(final.TestValue, Evaluation.Mean(workload, model, data.Test!, CPU));
        var weights = SafetensorsReader.Read(path);
        Assert.All(model.named_parameters(), p => Assert.True(weights.Get(p.name).eq(p.parameter).all().item<bool>()));
    }

    [Fact]
    public void An_export_that_cannot_be_written_says_so()
    {
        using var model = ScriptModel.Load(Options["model"]);
        File.WriteAllText(Path.Combine(Folder, "file"), "");
        Assert.Throws<CheckpointException>(() => model.Save(Path.Combine(Folder, "file", "final.pt")));
    }

    [Fact]
    public void Statistics_inside_the_script_are_measured_with_equal_weights_and_come_back()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = ScriptModel.Load(Options["model"]);
        // Two full batches, so that a moving average would weigh them unequally.
        using var examples = new TensorExamples((randn(512, 2) * 3) + arange(512).unsqueeze(1) / 100, zeros(512, dtype: int64));
        using var calibration = new BatchNormRecalibration(model, seed: 1, examples.Count, CPU);
        Assert.True(calibration.IsNeeded);
        var (parameters, buffers) = (model.named_parameters().ToDictionary(p => p.name, p => p.parameter),
            model.named_buffers().ToDictionary(b => b.name, b => b.buffer));
        buffers["1.running_mean"].fill_(.25);
        model.eval();
        calibration.Measure(examples);
        var hidden = nn.functional.linear(examples.Pick(arange(512)).Inputs, parameters["0.weight"], parameters["0.bias"]);
        Assert.True(buffers["1.running_mean"].allclose(hidden.mean([0]), rtol: 1e-3, atol: 1e-3),
            $"{buffers["1.running_mean"].data<float>()[0]} for {hidden.mean([0]).data<float>()[0]}");
        Assert.All(model.modules(), m => Assert.False(m.training));
        calibration.Restore();
        Assert.True(buffers["1.running_mean"].eq(.25).all().item<bool>());
        Assert.Equal(0, buffers["1.num_batches_tracked"].item<long>());
    }

    [Fact]
    public void Its_description_follows_the_options_and_says_that_layers_are_hidden()
    {
        var catalogue = new WorkloadCatalogue();
        var described = catalogue.Inspect(Spirals, Folder, prepareData: true);
        Assert.Equal(("accuracy", Direction.Maximize, 320), (described.Metric, described.Direction, described.TrainingExamples));
        Assert.Null(described.ForwardMultiplyAdds);
        Assert.Equal(
            new WorkloadTraits
            {
                HidesLayers = true,
                HasBatchNorm = true,
                HasBlendableInputs = true,
                HasBlendableTargets = true,
                HasClasses = true,
            }, described.Traits);
        var other = catalogue.Inspect(Spirals with { Options = Options.Add("metric", "loss") }, Folder, prepareData: false);
        Assert.Equal(("loss", Direction.Minimize), (other.Metric, other.Direction));
    }

    [Theory]
    [InlineData("model", "", "needs the option 'model': give the TorchScript file")]
    [InlineData("model", "/nowhere/model.pt", "Option 'model' is '/nowhere/model.pt': there is no such file")]
    [InlineData("data", "", "needs the option 'data'")]
    [InlineData("loss", "hinge", "Option 'loss' is 'hinge': it must be cross-entropy, mse, bce-with-logits")]
    [InlineData("metric", "f1", "Option 'metric' is 'f1': it must be accuracy, loss, mae")]
    [InlineData("metric", "mae", "mae with mse")]
    [InlineData("loss", "mse", "its output has the shape [2, 2] and the targets [2]: both must have the same extents")]
    public void Bad_options_are_refused_with_the_rule(string name, string value, string expected)
    {
        var options = Options.SetItem(name, value);
        var error = Assert.Throws<BadOptionException>(
            () => new WorkloadCatalogue().Inspect(Spirals with { Options = options }, Folder, prepareData: true));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_model_that_does_not_go_with_the_data_is_refused()
    {
        string Refusal(string model, byte[] inputs, byte[] targets)
        {
            var data = Path.Combine(Folder, "data.npz");
            File.Delete(data);
            NpzFile.Small(
                data, ("train_inputs", inputs), ("validation_inputs", inputs), ("train_targets", targets), ("validation_targets", targets));
            var options = Options.SetItem("data", data).SetItem("model", model);
            return Assert.Throws<BadOptionException>(
                () => new WorkloadCatalogue().Inspect(Spirals with { Options = options }, Folder, prepareData: true)).Message;
        }
        var labels = NpzFile.Npy("<i8", "4,", new long[] { 0, 1, 1, 0 });
        Assert.Contains("must take Float32 [2, 3] and return one tensor, but: RuntimeError: "
            + "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x12)",
            Refusal(Options["model"], NpzFile.Npy("<f4", "4, 3", new float[12]), labels));
        Assert.Contains("its output has 2 classes and the largest target is 2: classes count from 0",
            Refusal(Options["model"], NpzFile.Npy("<f4", "4, 2", new float[8]), NpzFile.Npy("<i8", "4,", new long[] { 0, 1, 2, 0 })));
        var text = Path.Combine(Folder, "model.pt");
        File.WriteAllText(text, "not a module");
        Assert.Contains("it must be a TorchScript module", Refusal(text, NpzFile.Npy("<f4", "4, 2", new float[8]), labels));
    }

    [Fact]
    public void A_scripted_module_in_training_mode_needs_no_warning_and_its_files_are_told()
    {
        var files = new List<string>();
        Assert.Empty(new WorkloadCatalogue().Inspect(Spirals, Folder, prepareData: true, files: files).Warnings);
        Assert.Equal([Options["data"], Options["model"]], files);
    }

    [Fact]
    public void A_module_whose_modes_were_traced_is_told_to_its_user()
    {
        var frozen = WithCode("frozen.pt", TracedInEvaluation);
        var warnings = new WorkloadCatalogue()
            .Inspect(Spirals with { Options = Options.SetItem("model", frozen) }, Folder, prepareData: true).Warnings;
        Assert.All(warnings, w => Assert.Equal("model", w.Option));
        Assert.Collection(warnings.Select(w => w.Message),
            text => Assert.StartsWith(
                $"Option 'model' is '{frozen}': 1 BatchNorm layer was traced in evaluation mode: training cannot update the statistics",
                text),
            text => Assert.Contains(
                "1 dropout layer was traced in evaluation mode: training drops nothing. Save the module with torch.jit.script", text));

        var awake = WithCode("awake.pt", [.. TracedInEvaluation.Select(c => (c.From, c.To.Replace("False", "True")))]);
        Assert.Collection(ScriptCode.Read(awake).Frozen(),
            text => Assert.StartsWith("1 BatchNorm layer was traced in training mode", text),
            text => Assert.StartsWith("1 dropout layer was traced in training mode", text));
    }

    [Fact]
    public void Statistics_of_a_traced_module_do_not_move_as_the_warning_says()
    {
        using var scope = NewDisposeScope();
        using var model = ScriptModel.Load(WithCode("frozen.pt", TracedInEvaluation));
        var mean = model.named_buffers().First(b => b.name == "1.running_mean").buffer;
        var before = mean.clone();
        model.train();
        model.call(randn(8, 2));
        Assert.True(mean.eq(before).all().item<bool>());
    }

    /// <summary>The module with other code, as tracing would have written it.</summary>
    private string WithCode(string name, (string From, string To)[] changes)
    {
        var path = Path.Combine(Folder, name);
        using var source = ZipFile.OpenRead(Options["model"]);
        using var target = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var entry in source.Entries)
        {
            using var content = entry.Open();
            using var copy = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            if (!entry.FullName.EndsWith(".py", StringComparison.Ordinal))
            {
                content.CopyTo(copy);
                continue;
            }
            using var reader = new StreamReader(content);
            copy.Write(Encoding.UTF8.GetBytes(
                changes.Aggregate(reader.ReadToEnd(), (text, change) => text.Replace(change.From, change.To))));
        }
        return path;
    }
}
