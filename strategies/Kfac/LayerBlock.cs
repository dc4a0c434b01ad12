using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies;

/// <summary>
/// One layer's block of the Fisher matrix. A forward hook keeps the layer's input and output. The factors come from the output's
/// gradient against sampled targets, or, where there are none, from that of the training loss (empirical Fisher).
/// </summary>
internal abstract class LayerBlock : IDisposable
{
    private readonly Action removeHook;
    private Tensor? input, output;

    protected LayerBlock(string name, Module<Tensor, Tensor> layer, params IEnumerable<Parameter?> parameters)
    {
        Name = name;
        Parameters = [.. parameters.OfType<Parameter>().Where(p => p.requires_grad)];
        removeHook = layer.register_forward_hook(Capture).remove;
    }

    /// <summary>The layer's name in the model.</summary>
    public string Name { get; }

    /// <summary>The trained parameters this block preconditions.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>True while the forward pass is to be captured.</summary>
    public bool Capturing { get; set; }

    /// <summary>The captured output, or null where the layer was not called; still owned by the block.</summary>
    public Tensor? Output => output;

    /// <summary>
    /// Gradient of the loss against sampled targets by the output; null takes the gradient of the training loss. Not owned.
    /// </summary>
    public Tensor? SampledGradient { get; set; }

    /// <summary>Updates of the factors so far.</summary>
    public long Updates { get; set; }

    /// <summary>True once a gradient of the layer has agreed with what was captured.</summary>
    public bool Verified { get; private set; }

    /// <summary>True when all factors and inverses that have two dimensions are symmetric.</summary>
    public abstract bool IsSymmetric { get; }

    /// <summary>Multiplications of an inversion, roughly.</summary>
    public abstract double InversionCost { get; }

    /// <summary>The weight's gradient as the backward pass left it, flattened or not.</summary>
    public abstract Tensor WeightGradient { get; }

    /// <summary>Averages this batch's factors into the running ones, after the backward pass, under no_grad.</summary>
    /// <param name="average">Weight of the past, reached after 1/(1-average) updates.</param>
    /// <param name="samples">Examples of the batch to use; 0 for all.</param>
    /// <exception cref="UnsupportedModelException">
    /// The layer was not called through <c>call</c>, or what it was called with does not give its gradient.
    /// </exception>
    public void UpdateFactors(double average, int samples)
    {
        if (!HasCapture()) return;
        using var scope = NewDisposeScope();
        if (!Verified) Verify(ImpliedGradient());
        Average(Measure(samples), average);
    }

    /// <summary>
    /// True when the last passes left what factors are made of: not where the model skipped the layer or the loss does not depend on it.
    /// </summary>
    /// <exception cref="UnsupportedModelException">The layer was never called through <c>call</c>.</exception>
    public bool HasCapture() => input is not null && output is not null ? output.grad is not null
        // A layer that a model skips in some steps keeps its factors; one never seen is called in a way hooks do not see.
        : Updates > 0 ? false
        : throw new UnsupportedModelException(
            $"kfac: layer '{Name}' was not captured: the model must call its layers by call(), not by forward() or by their weights.");

    /// <summary>The factors of the captured examples alone; needs <see cref="HasCapture"/>.</summary>
    /// <param name="samples">Examples to use; 0 for all.</param>
    public Statistic[] Measure(int samples)
    {
        var gradient = SampledGradient ?? output!.grad!;
        var examples = input!.shape[0];
        return Measure(input, gradient, samples == 0 ? examples : Math.Min(examples, samples));
    }

    /// <summary>Averages factors of a batch into the running ones, under no_grad.</summary>
    /// <param name="average">Weight of the past, reached after 1/(1-average) updates.</param>
    public void Average(IReadOnlyList<Statistic> batch, double average)
    {
        var past = Math.Min(average, 1 - 1.0 / (Updates + 1));
        foreach (var (factor, (sum, weight)) in Factors.Zip(batch)) factor.mul_(past).add_(sum, (1 - past) * weight);
        Updates++;
    }

    /// <summary>
    /// The weight's gradient as the captured input and output gradient imply it, in the shape of <see cref="WeightGradient"/>; needs
    /// <see cref="HasCapture"/>.
    /// </summary>
    public Tensor ImpliedGradient() => ImpliedGradient(input!, output!.grad!);

    /// <summary>
    /// Catches what would make the factors silently wrong: an activation that changes the output in place, a weight that is used elsewhere
    /// too. Undecided while the gradient is 0.
    /// </summary>
    /// <param name="implied">What the captured inputs and gradients of the whole batch imply.</param>
    /// <exception cref="UnsupportedModelException">It is not the gradient.</exception>
    public void Verify(Tensor implied)
    {
        var difference = (implied - WeightGradient).norm().ToDouble();
        var scale = WeightGradient.norm().ToDouble();
        if (!double.IsFinite(difference) || scale == 0) return;
        if (difference > 1e-2 * scale)
            throw new UnsupportedModelException(
                $"kfac: layer '{Name}' was captured wrongly: its weight gradient differs by {difference / scale:P0} from what its input "
                + "and output gradient imply. Its output must not be changed in place (use ReLU without inplace), and its weight not be "
                + "used elsewhere.");
        Verified = true;
    }

    /// <summary>Forgets what the last forward pass left.</summary>
    public void Release()
    {
        Capturing = false;
        input?.Dispose();
        output?.Dispose();
        input = output = SampledGradient = null;
    }

    /// <summary>Sets aside views of the gradients and of the direction; called once, before the first step.</summary>
    public abstract void Bind(FlatParameters flat, Tensor direction);

    /// <summary>What the averages over batches are taken of.</summary>
    public abstract IReadOnlyList<Tensor> Factors { get; }

    /// <summary>What <see cref="Precondition"/> multiplies with.</summary>
    public abstract IReadOnlyList<Tensor> Inverses { get; }

    /// <summary>
    /// Inverts factors, those of this block or copies of them, under no_grad; changes nothing, so it may run on another thread.
    /// </summary>
    /// <returns>New inverses in the order of <see cref="Inverses"/>, or null when the factors cannot be inverted.</returns>
    public abstract Tensor[]? Inverted(IReadOnlyList<Tensor> factors, double damping);

    /// <summary>Renews the inverses, under no_grad.</summary>
    /// <returns>False when the factors cannot be inverted, so that the inverses before stay.</returns>
    public bool Invert(double damping)
    {
        using var scope = NewDisposeScope();
        return Replace(Inverted(Factors, damping));
    }

    /// <summary>Takes over new inverses, under no_grad; false for null.</summary>
    public bool Replace(IReadOnlyList<Tensor>? inverses)
    {
        if (inverses is null) return false;
        foreach (var (old, inverse) in Inverses.Zip(inverses)) old.copy_(inverse);
        return true;
    }

    /// <summary>Writes the preconditioned gradient into the direction, under no_grad.</summary>
    public abstract void Precondition();

    public void Save(StateDictionary state)
    {
        state.SetScalar("updates", Updates);
        foreach (var (name, tensor) in State) state.Set(name, tensor);
    }

    public void Load(StateDictionary state)
    {
        Updates = (long)state.GetScalar("updates");
        foreach (var (name, tensor) in State) state.CopyTo(name, tensor);
    }

    public void Dispose()
    {
        removeHook();
        Release();
        foreach (var (_, tensor) in State) tensor.Dispose();
        foreach (var view in Views) view.Dispose();
    }

    /// <summary>Factors and inverses, all that a checkpoint needs.</summary>
    protected abstract IEnumerable<(string Name, Tensor Tensor)> State { get; }

    /// <summary>Views made by <see cref="Bind"/>.</summary>
    protected abstract IEnumerable<Tensor> Views { get; }

    /// <param name="input">The layer's input, [n, …].</param>
    /// <param name="gradient">Gradient of the mean loss over the n examples by the layer's output, [n, …].</param>
    /// <param name="used">The factors come from this many examples, the first ones.</param>
    protected abstract Statistic[] Measure(Tensor input, Tensor gradient, long used);

    protected abstract Tensor ImpliedGradient(Tensor input, Tensor gradient);

    private Tensor Capture(Module<Tensor, Tensor> layer, Tensor given, Tensor result)
    {
        if (!Capturing || !result.requires_grad) return null!; // no other output
        if (input is not null)
            throw new UnsupportedModelException(
                $"kfac: layer '{Name}' is called more than once in a forward pass: shared weights are not supported.");
        // Containers dispose what passes between their layers, so the input is held by a handle of its own and the next layer gets an
        // alias.
        input = given.detach().DetachFromDisposeScope();
        output = result.DetachFromDisposeScope();
        output.retain_grad();
        return result.alias();
    }
}
