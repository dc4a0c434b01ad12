using static TorchSharp.torch;

namespace AutoSelect.Training.Checkpoints;

/// <summary>
/// Named tensors and scalars of a checkpoint. Tensors are referenced, not copied, when saving; a prefix gives each part of
/// the state its own names.
/// </summary>
public sealed class StateDictionary
{
    private readonly string prefix;
    private readonly SortedDictionary<string, Tensor> tensors;
    private readonly SortedDictionary<string, double> scalars;

    /// <summary>An empty one.</summary>
    public StateDictionary() : this("", new(StringComparer.Ordinal), new(StringComparer.Ordinal)) { }

    private StateDictionary(string prefix, SortedDictionary<string, Tensor> tensors, SortedDictionary<string, double> scalars)
    {
        this.prefix = prefix;
        this.tensors = tensors;
        this.scalars = scalars;
    }

    /// <summary>All tensors by full name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>All scalars by full name.</summary>
    public IReadOnlyDictionary<string, double> Scalars => scalars;

    /// <summary>The same dictionary, with names that begin with <paramref name="part"/> and a dot.</summary>
    public StateDictionary Part(string part) => new($"{prefix}{part}.", tensors, scalars);

    /// <summary>Adds a tensor, or takes another one under its name. It is read when the checkpoint is written, and stays the
    /// caller's.</summary>
    public void Set(string name, Tensor tensor) => tensors[prefix + name] = tensor;

    /// <summary>Adds a number, or takes another one under its name.</summary>
    public void SetScalar(string name, double value) => scalars[prefix + name] = value;

    /// <summary>True when there is a tensor under this part's prefix.</summary>
    public bool HasAny => Names.Any();

    /// <summary>Names of this part's tensors, without its prefix.</summary>
    public IEnumerable<string> Names =>
        tensors.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);

    /// <summary>True when there is a tensor of this name.</summary>
    public bool Contains(string name) => tensors.ContainsKey(prefix + name);

    /// <summary>True when there is a number of this name.</summary>
    public bool HasScalar(string name) => scalars.ContainsKey(prefix + name);

    /// <summary>The tensor of a name, on the CPU where it was read from a file.</summary>
    /// <exception cref="InvalidDataException">No such tensor.</exception>
    public Tensor Get(string name) => tensors.TryGetValue(prefix + name, out var tensor) ? tensor
        : throw new InvalidDataException($"The checkpoint has no tensor '{prefix + name}'.");

    /// <summary>The number of a name.</summary>
    /// <exception cref="InvalidDataException">No such scalar.</exception>
    public double GetScalar(string name) => scalars.TryGetValue(prefix + name, out var value) ? value
        : throw new InvalidDataException($"The checkpoint has no scalar '{prefix + name}'.");

    /// <summary>Copies a stored tensor into an existing one of the same shape and type.</summary>
    /// <exception cref="InvalidDataException">No such tensor, or one of another shape.</exception>
    public void CopyTo(string name, Tensor destination)
    {
        var source = Get(name);
        if (!source.shape.SequenceEqual(destination.shape) || source.dtype != destination.dtype)
            throw new InvalidDataException(
                $"Tensor '{prefix + name}' is {source.dtype} [{string.Join(", ", source.shape)}] in the checkpoint and {destination.dtype} "
                + $"[{string.Join(", ", destination.shape)}] in the model.");
        using (no_grad()) destination.copy_(source);
    }
}
