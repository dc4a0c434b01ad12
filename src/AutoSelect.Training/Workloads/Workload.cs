using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads;

/// <summary>
/// Model, data, loss and metric; knows nothing of optimizers. To bring your own, derive a public class with a parameterless
/// constructor and name its assembly and type in the job file.
/// </summary>
public abstract class Workload
{
    /// <summary>Name, metric, direction and options; the same at every call.</summary>
    public abstract WorkloadDescription Description { get; }

    /// <summary>
    /// The description under given options, where they change the metric or its direction; by default <see cref="Description"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A bad option.</exception>
    public virtual WorkloadDescription Describe(IReadOnlyDictionary<string, string> options) => Description;

    /// <summary>
    /// Loads or makes the data, on the CPU; called once before anything else. The same examples at every call with the same options, on
    /// every machine.
    /// </summary>
    /// <param name="setup">Options and where data sets live.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="DataUnavailableException">The data cannot be had; the message says what to do.</exception>
    /// <exception cref="BadOptionException">The data that an option names is missing or damaged.</exception>
    public abstract WorkloadData Load(WorkloadSetup setup);

    /// <summary>
    /// Builds the model on the CPU, with parameters in fp32; the global generator is seeded before the call, so equal seeds give equal
    /// weights. Called for every trial.
    /// </summary>
    /// <param name="setup">Options.</param>
    /// <returns>From inputs [n, …] to outputs [n, …]; the caller's to dispose. Modules in evaluation mode stay in it.</returns>
    /// <exception cref="BadOptionException">A bad option.</exception>
    public abstract Module<Tensor, Tensor> CreateModel(WorkloadSetup setup);

    /// <summary>Mean loss over a batch, a scalar with gradient.</summary>
    /// <param name="output">What the model made of the inputs, in fp32, [n, …]; n is any number of examples of at least 1.</param>
    /// <param name="target">Their targets [n, …], as those of the data or as <see cref="ClassProbabilities"/> returns them.</param>
    public abstract Tensor Loss(Tensor output, Tensor target);

    /// <summary>
    /// Targets drawn at random from the distribution that the output stands for when the loss is its negative log-likelihood: classes
    /// from the softmax under cross-entropy, normal noise around the output under squared error. Second-order strategies take the
    /// Fisher matrix from them and learn much faster for it. Called under no_grad.
    /// </summary>
    /// <param name="output">Of the model, [n, …].</param>
    /// <returns>Targets shaped as those of the data; null, the default, where the loss is no log-likelihood.</returns>
    public virtual Tensor? SampleTargets(Tensor output) => null;

    /// <summary>
    /// Targets as probabilities of the classes [n, …, <paramref name="classes"/>], which <see cref="Loss"/> takes as well: what label
    /// smoothing and mixup change.
    /// </summary>
    /// <param name="targets">Targets as those of the data.</param>
    /// <param name="classes">Size of the last dimension of the model's output.</param>
    /// <returns>Null, the default, where the targets are no classes.</returns>
    public virtual Tensor? ClassProbabilities(Tensor targets, long classes) => null;

    /// <summary>
    /// The output as probabilities, so that predictions of several draws of the weights can be averaged; null, the default, where the
    /// output stands for none, and evaluations use the mean of the weights.
    /// </summary>
    public virtual Tensor? Probabilities(Tensor output) => null;

    /// <summary>
    /// An output that stands for given probabilities, for <see cref="MetricSum"/>; needed with <see cref="Probabilities"/> only.
    /// </summary>
    public virtual Tensor FromProbabilities(Tensor probabilities) =>
        throw new NotSupportedException($"{GetType().Name} averages no predictions.");

    /// <summary>
    /// The metric of one batch as a sum over its examples, a scalar, or as several sums, a tensor of one shape for all batches; added up
    /// over batches, in float64. Called under no_grad.
    /// </summary>
    /// <param name="output">Of the model in evaluation mode, in fp32, [n, …]; batches may have any number of examples.</param>
    /// <param name="target">Targets of the data, [n, …].</param>
    public abstract Tensor MetricSum(Tensor output, Tensor target);

    /// <summary>The metric of all examples from the added <see cref="MetricSum"/>: by default their quotient.</summary>
    /// <param name="sums">In float64.</param>
    /// <param name="examples">Examples that were added up.</param>
    public virtual double Metric(Tensor sums, long examples) => sums.ToDouble() / examples;

    /// <summary>
    /// What its user should know of the model although it can be trained; by default nothing. Asked when a job is planned.
    /// </summary>
    /// <param name="setup">Options.</param>
    /// <param name="model">What <see cref="CreateModel"/> returned.</param>
    public virtual IEnumerable<WorkloadWarning> Warnings(WorkloadSetup setup, Module<Tensor, Tensor> model) => [];

    /// <summary>
    /// Writes the trained model in the form its user has it, beside the exported weights; by default nothing. The model is in evaluation
    /// mode and holds the weights that are delivered.
    /// </summary>
    /// <param name="model">What <see cref="CreateModel"/> returned.</param>
    /// <param name="path">Path of the weights without its extension, such as …/final: an extension of its own is added.</param>
    public virtual void ExportModel(Module<Tensor, Tensor> model, string path) { }
}

/// <summary>What a workload is set up with.</summary>
public sealed class WorkloadSetup
{
    /// <summary>Options from the job file; those left out take the documented default.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>Folder in which downloaded data sets are kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Told of downloads; null keeps quiet.</summary>
    public IProgress<DataProgress>? Progress { get; init; }

    /// <summary>Files and folders that were read, see <see cref="Reads"/>.</summary>
    internal List<string> Read { get; } = [];

    /// <summary>
    /// To be called with every file or folder that the data is read from: while none of them changes, a plan need not read the data anew.
    /// Of the option data it is known already; a workload of one's own that names nothing is read for every plan.
    /// </summary>
    public void Reads(string path) => Read.Add(Path.GetFullPath(path));

    /// <summary>An option as text; the fallback where the job file leaves it out.</summary>
    public string Option(string name, string fallback) => Options.GetValueOrDefault(name, fallback);

    /// <summary>An option as an integer; the fallback where the job file leaves it out.</summary>
    /// <exception cref="BadOptionException">Not an integer of at least <paramref name="minimum"/>.</exception>
    public int Option(string name, int fallback, int minimum = 1)
    {
        if (!Options.TryGetValue(name, out var text)) return fallback;
        return int.TryParse(text, out var value) && value >= minimum ? value
            : throw new BadOptionException(name, $"Option '{name}' is '{text}': it must be an integer of at least {minimum}.");
    }
}

/// <summary>Progress of getting a data set.</summary>
/// <param name="What">What is got, for people.</param>
/// <param name="Bytes">So far.</param>
/// <param name="Total">In all; null where unknown.</param>
public readonly record struct DataProgress(string What, long Bytes, long? Total);

/// <summary>
/// A data set that cannot be had though the job asks for nothing wrong; the message says where it was looked for and what to do.
/// </summary>
public sealed class DataUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Training, validation and test data. Decisions use the validation data; the test data is looked at once, at the end.</summary>
public sealed class WorkloadData : IDisposable
{
    /// <summary>What is trained on; its examples may be drawn anew at every pick.</summary>
    public required ExampleSet Training { get; init; }

    /// <summary>What decisions go by.</summary>
    public required ExampleSet Validation { get; init; }

    /// <summary>What the winner is measured on at the end; null, the default, where there is none.</summary>
    public ExampleSet? Test { get; init; }

    /// <summary>Frees all three.</summary>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
        Test?.Dispose();
    }
}

/// <summary>Examples that can be picked by index.</summary>
public abstract class ExampleSet : IDisposable
{
    /// <summary>Number of examples, at least 1; always the same.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// The examples of an int64 index tensor [n] on the data's device, in its order: inputs [n, …] and targets [n, …] on that device, owned
    /// by the caller's dispose scope. Of training data it may draw at random, from torch's global CPU generator alone, which is part of a
    /// trial's checkpoints; other data are the same at every pick.
    /// </summary>
    public abstract Batch Pick(Tensor indices);

    /// <summary>Moves the data to the device that trains; called at most once, before the first pick.</summary>
    public abstract void To(torch.Device device);

    /// <summary>Frees the data.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the data.</summary>
    /// <param name="disposing">True; there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Examples held in two tensors, inputs [N, …] and targets [N, …], which it takes over and frees.</summary>
/// <param name="inputs">Of a type that the model takes.</param>
/// <param name="targets">Of a type that the loss takes.</param>
public sealed class TensorExamples(Tensor inputs, Tensor targets) : ExampleSet
{
    private Tensor inputs = inputs.DetachFromDisposeScope();
    private Tensor targets = targets.DetachFromDisposeScope();

    public override int Count => (int)inputs.shape[0];

    public override Batch Pick(Tensor indices) => new(inputs.index_select(0, indices), targets.index_select(0, indices));

    public override void To(torch.Device device)
    {
        (inputs, targets) = (Moved(inputs, device), Moved(targets, device));
    }

    protected override void Dispose(bool disposing)
    {
        inputs.Dispose();
        targets.Dispose();
    }

    private static Tensor Moved(Tensor tensor, torch.Device device)
    {
        var moved = tensor.to(device);
        if (!ReferenceEquals(moved, tensor)) tensor.Dispose();
        return moved.DetachFromDisposeScope();
    }
}
