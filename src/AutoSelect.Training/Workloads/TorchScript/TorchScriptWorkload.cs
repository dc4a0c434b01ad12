using System.Runtime.InteropServices;
using AutoSelect.Contracts;
using AutoSelect.Training.Data.Arrays;
using AutoSelect.Training.Segments;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>
/// A PyTorch model as TorchScript with data in a file of arrays: no code is needed. Training begins with the weights in the model's file,
/// so the seed changes the order of the data and what the model itself draws, such as dropout. The trained module is written beside the
/// weights.
/// </summary>
public sealed class TorchScriptWorkload : Workload
{
    private const int CheckedExamples = 2;

    private SupervisedLoss loss = SupervisedLoss.All[0];
    private SupervisedMetric metric = SupervisedMetric.All[0];
    private double largestTarget;
    private ExampleSet? training;

    public override WorkloadDescription Description { get; } = new()
    {
        Name = "torchscript",
        Summary = "Your own PyTorch model (TorchScript) on your own data (.npz or .safetensors)",
        Metric = SupervisedMetric.All[0].Name,
        Direction = SupervisedMetric.All[0].Direction,
        Range = SupervisedMetric.All[0].Range,
        Options =
        [
            new() { Name = "model", Default = "", Summary = "file that torch.jit.save wrote; required; training begins with its weights" },
            new()
            {
                Name = "data",
                Default = "",
                Summary = ".npz or .safetensors file with train_inputs, train_targets, validation_inputs, validation_targets and perhaps "
                    + "test_inputs, test_targets; required",
            },
            new()
            {
                Name = "loss",
                Default = SupervisedLoss.All[0].Name,
                Summary = string.Join(", ", SupervisedLoss.All.Select(l => l.Name)),
            },
            new()
            {
                Name = "metric",
                Default = "",
                Summary = "accuracy (cross-entropy, bce-with-logits), loss, or mae (mse); empty is accuracy where there is one, else loss",
            },
        ],
    };

    /// <exception cref="BadOptionException">No such loss or metric.</exception>
    public override WorkloadDescription Describe(IReadOnlyDictionary<string, string> options)
    {
        Choose(options);
        return Description with { Metric = metric.Name, Direction = metric.Direction, Range = metric.Range };
    }

    public override WorkloadData Load(WorkloadSetup setup)
    {
        Choose(setup.Options);
        var path = Required(setup, "data", "the .npz or .safetensors file with the arrays");
        setup.Reads(path);
        var data = Arrays(path);
        using var scope = NewDisposeScope();
        training = data.Training;
        largestTarget = data.Training.Pick(arange(data.Training.Count)).Targets.max().to(ScalarType.Float64).item<double>();
        return data;
    }

    /// <exception cref="BadOptionException">
    /// The file is no trainable TorchScript module, or does not go with the data and the loss.
    /// </exception>
    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup)
    {
        var path = Required(setup, "model", "the TorchScript file");
        setup.Reads(path);
        var model = ScriptModel.Load(path);
        try
        {
            Try(model, path);
        }
        catch
        {
            model.Dispose();
            throw;
        }
        return model;
    }

    public override IEnumerable<WorkloadWarning> Warnings(WorkloadSetup setup, Module<Tensor, Tensor> model)
    {
        var path = setup.Option("model", "");
        return ScriptCode.Read(path).Frozen().Concat(ScriptNorms.Resting(model))
            .Select(what => new WorkloadWarning($"Option 'model' is '{path}': {what}", "model"));
    }

    public override Tensor Loss(Tensor output, Tensor target) => loss.Compute(output, target);

    public override Tensor? ClassProbabilities(Tensor targets, long classes) => loss.ClassProbabilities(targets, classes);

    public override Tensor MetricSum(Tensor output, Tensor target) => metric.Mean(loss, output, target) * target.shape[0];

    /// <summary>Writes the TorchScript module, for torch.jit.load.</summary>
    public override void ExportModel(Module<Tensor, Tensor> model, string path) => ((ScriptModel)model).Save(path + ".pt");

    private WorkloadData Arrays(string path)
    {
        try
        {
            return ArrayExamples.Load(path, loss.Targets);
        }
        catch (Exception e) when (e is InvalidDataException || e.GetType() == typeof(ArgumentException))
        {
            throw new BadOptionException("data", e.Message, e);
        }
    }

    private void Choose(IReadOnlyDictionary<string, string> options)
    {
        loss = SupervisedLoss.Named(options.GetValueOrDefault("loss", SupervisedLoss.All[0].Name));
        metric = SupervisedMetric.Named(options.GetValueOrDefault("metric", "") is { Length: > 0 } name ? name : loss.DefaultMetric, loss);
    }

    private static string Required(WorkloadSetup setup, string option, string what) =>
        setup.Option(option, "") is { Length: > 0 } path ? path
        : throw new BadOptionException(option, $"Workload torchscript needs the option '{option}': give {what}.");

    // Once on a few examples, so that a model that does not go with its data is an error of the job file and not one of every trial.
    private void Try(ScriptModel model, string path)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var generator = get_rng_state();
        var (inputs, targets) = training!.Pick(arange(Math.Min(CheckedExamples, training.Count)));
        var inEvaluation = model.modules().Where(m => !m.training).ToList();
        model.eval();
        try
        {
            var output = model.call(inputs.cpu());
            if (loss.Misfit(output, targets.cpu(), largestTarget) is { } misfit)
                throw new BadOptionException("model", $"Option 'model' is '{path}': its output {misfit}.");
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException or InvalidCastException)
        {
            throw new BadOptionException(
                "model", $"Option 'model' is '{path}': it must take {inputs.dtype} [{string.Join(", ", inputs.shape)}] and return one "
                    + $"tensor, but: {Cause(e)}", e);
        }
        finally
        {
            model.train();
            foreach (var module in inEvaluation) module.eval();
            set_rng_state(generator);
        }
    }

    // libtorch's message ends with what went wrong, after the stack of the script and before its own.
    private static string Cause(Exception e) =>
        e.Message.Split('\n').LastOrDefault(line => line.StartsWith("RuntimeError", StringComparison.Ordinal))
            ?? e.Message.Split('\n', 2)[0];
}
