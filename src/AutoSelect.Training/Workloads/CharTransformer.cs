using AutoSelect.Contracts;
using AutoSelect.Training.Data;
using AutoSelect.Training.Workloads.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads;

/// <summary>
/// A small causal transformer that predicts the next character of a text. The text is cut into windows of the context length; the last
/// twentieth is the test set, the twentieth before it the validation set.
/// </summary>
public sealed class CharTransformer : Workload
{
    private const int DefaultContext = 64;
    private const int DefaultLayers = 2;
    private const int DefaultWidth = 64;
    private const int DefaultHeads = 4;
    private const int HeldOutParts = 20;

    private int alphabet;

    public override WorkloadDescription Description { get; } = new()
    {
        Name = "char-transformer",
        Summary = "Character-level transformer on any text file",
        Metric = "bits per character",
        Direction = Direction.Minimize,
        Range = MetricRange.Amount,
        Options =
        [
            new() { Name = "data", Default = "", Summary = "path of a UTF-8 text file; required unless dataset is synthetic" },
            new() { Name = "dataset", Default = "", Summary = "synthetic for a made-up text" },
            new() { Name = "examples", Default = "1000", Summary = "windows of 64 characters of the synthetic text" },
            new() { Name = "context", Default = $"{DefaultContext}", Summary = "characters the model sees" },
            new() { Name = "layers", Default = $"{DefaultLayers}", Summary = "transformer blocks" },
            new() { Name = "width", Default = $"{DefaultWidth}", Summary = "width of the residual stream; a multiple of heads" },
            new() { Name = "heads", Default = $"{DefaultHeads}", Summary = "attention heads" },
        ],
    };

    public override WorkloadData Load(WorkloadSetup setup)
    {
        var context = setup.Option("context", DefaultContext);
        var text = CharText.Load(setup);
        alphabet = text.Alphabet.Count;
        var windows = (text.Tokens.Count - 1) / context;
        var heldOut = windows / HeldOutParts;
        if (heldOut < 1)
            throw new BadOptionException(
                "data", $"The text has {text.Tokens.Count} characters: context {context} needs at least {(HeldOutParts * context) + 1}.");
        using var scope = NewDisposeScope();
        var tokens = tensor([.. text.Tokens]);
        TensorExamples Part(long first, long count) => new(
            tokens.narrow(0, first * context, count * context).reshape(count, context).clone(),
            tokens.narrow(0, (first * context) + 1, count * context).reshape(count, context).clone());
        return new WorkloadData
        {
            Training = Part(0, windows - (2 * heldOut)),
            Validation = Part(windows - (2 * heldOut), heldOut),
            Test = Part(windows - heldOut, heldOut),
        };
    }

    /// <exception cref="ArgumentException">The width is not a multiple of the heads.</exception>
    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup)
    {
        var (width, heads) = (setup.Option("width", DefaultWidth), setup.Option("heads", DefaultHeads));
        if (width % heads != 0)
            throw new BadOptionException("width", $"Option 'width' is {width}: it must be a multiple of heads, {heads}.");
        if (alphabet == 0)
            throw new InvalidOperationException("The text is loaded before the model is built: its characters are the model's classes.");
        return new CausalTransformer(
            alphabet, setup.Option("context", DefaultContext), setup.Option("layers", DefaultLayers), width, heads);
    }

    /// <summary>Mean cross-entropy in nats over all characters of the batch.</summary>
    public override Tensor Loss(Tensor output, Tensor target) =>
        functional.cross_entropy(output.flatten(0, 1), target.is_floating_point() ? target.flatten(0, 1) : target.flatten());

    public override Tensor? ClassProbabilities(Tensor targets, long classes) => functional.one_hot(targets, classes).to(ScalarType.Float32);

    /// <summary>Characters from the softmax.</summary>
    public override Tensor? SampleTargets(Tensor output) =>
        output.softmax(2).flatten(0, 1).multinomial(1).view(output.shape[0], output.shape[1]);

    /// <summary>Bits per character of a window, summed over windows.</summary>
    public override Tensor MetricSum(Tensor output, Tensor target) =>
        functional.cross_entropy(output.flatten(0, 1), target.flatten(), reduction: Reduction.Sum) / (target.shape[1] * Math.Log(2));
}
