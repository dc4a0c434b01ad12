using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Strategies;

/// <summary>
/// The trainable parameters of a model, moved into one flat tensor of which they become views, with one flat tensor of
/// gradients: an update is then a handful of kernels over the whole model instead of some for every parameter.
/// </summary>
/// <remarks>
/// The <see cref="Parameter"/> objects stay the same, so whoever reads or copies into <c>module.parameters()</c> sees and
/// changes these values. The order is that of the groups given, and within a group the model's. Moving the model to another
/// device or type afterwards, or setting a parameter's gradient, would break the views.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    private readonly Parameter[] parameters;
    private readonly Dictionary<Parameter, long> offsets = new(ReferenceEqualityComparer.Instance);
    private readonly Tensor[] groupValues, groupGradients;
    private readonly Parameter[][] groupParameters;
    private readonly Dictionary<Parameter, int> groupOf = new(ReferenceEqualityComparer.Instance);

    /// <param name="groups">
    /// Parameters in groups that are updated alike; a parameter listed twice, as tied weights are, counts once.
    /// </param>
    /// <exception cref="UnsupportedModelException">No parameter, or parameters of several types or devices.</exception>
    public FlatParameters(params IEnumerable<Parameter>[] groups)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        groupParameters = [.. groups.Select(group => group.Where(seen.Add).ToArray())];
        parameters = [.. groupParameters.SelectMany(group => group)];
        if (parameters.Length == 0) throw new UnsupportedModelException("The model has 0 trainable parameters: at least 1 is needed.");
        var first = parameters[0];
        foreach (var parameter in parameters)
            if (parameter.dtype != first.dtype || parameter.device.ToString() != first.device.ToString())
                throw new UnsupportedModelException(
                    $"The model has parameters of {first.dtype} on {first.device} and of {parameter.dtype} on {parameter.device}: all must "
                    + "have one type and device.");

        var count = parameters.Sum(p => p.numel());
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Values = empty(count, first.dtype, first.device).DetachFromDisposeScope();
        Gradients = zeros(count, first.dtype, first.device).DetachFromDisposeScope();
        groupValues = new Tensor[groups.Length];
        groupGradients = new Tensor[groups.Length];
        long offset = 0;
        for (var g = 0; g < groups.Length; g++)
        {
            var start = offset;
            foreach (var parameter in groupParameters[g])
            {
                var value = Values.narrow(0, offset, parameter.numel()).view(parameter.shape);
                value.copy_(parameter);
                parameter.set_(value);
                parameter.grad = Gradients.narrow(0, offset, parameter.numel()).view(parameter.shape);
                (offsets[parameter], groupOf[parameter]) = (offset, g);
                offset += parameter.numel();
            }
            groupValues[g] = Values.narrow(0, start, offset - start).DetachFromDisposeScope();
            groupGradients[g] = Gradients.narrow(0, start, offset - start).DetachFromDisposeScope();
        }
    }

    /// <summary>
    /// All trainable parameters in two groups: those of at least two dimensions, then biases and norms, which are not decayed. In
    /// the first group parameters of one shape stand together, so that a batch of them is a view.
    /// </summary>
    public static FlatParameters ByDecay(nn.Module model) => ByDecay([.. model.parameters().Where(p => p.requires_grad)]);

    /// <inheritdoc cref="ByDecay(nn.Module)"/>
    public static FlatParameters ByDecay(IReadOnlyList<Parameter> trainable) =>
        new(ByShape(trainable.Where(p => p.dim() >= 2)), trainable.Where(p => p.dim() < 2));

    /// <summary>Parameters of one shape together, shapes and parameters in the order given.</summary>
    public static IEnumerable<Parameter> ByShape(IEnumerable<Parameter> parameters) =>
        parameters.GroupBy(p => string.Join('×', p.shape)).SelectMany(shape => shape);

    /// <summary>All parameters, [n].</summary>
    public Tensor Values { get; }

    /// <summary>The gradients of all parameters, [n]; backward passes add to them.</summary>
    public Tensor Gradients { get; }

    /// <summary>The parameters of one group, a view [m].</summary>
    public Tensor ValuesOf(int group) => groupValues[group];

    /// <summary>The gradients of one group, a view [m].</summary>
    public Tensor GradientsOf(int group) => groupGradients[group];

    /// <summary>The parameters of one group, in their order in the flat tensors.</summary>
    public IReadOnlyList<Parameter> ParametersOf(int group) => groupParameters[group];

    /// <summary>Where a parameter begins in the flat tensors.</summary>
    public long OffsetOf(Parameter parameter) => offsets[parameter];

    /// <summary>A group as one part.</summary>
    public FlatPart PartOf(int group) =>
        new(this, group, groupParameters[group].Length == 0 ? 0 : offsets[groupParameters[group][0]], groupValues[group].numel());

    /// <summary>A parameter as one part.</summary>
    public FlatPart PartOf(Parameter parameter) => new(this, groupOf[parameter], offsets[parameter], parameter.numel());

    /// <summary>Number of groups.</summary>
    public int Groups => groupParameters.Length;

    /// <summary>
    /// What a flat tensor of the parameters' length holds for one parameter: a view of the parameter's shape, owned by the caller.
    /// </summary>
    public Tensor View(Tensor flat, Parameter parameter) => flat.narrow(0, offsets[parameter], parameter.numel()).view(parameter.shape);

    /// <summary>A tensor of zeros of the parameters' length, type and device, owned by the caller.</summary>
    public Tensor NewState() => zeros_like(Values).DetachFromDisposeScope();

    /// <summary>Frees the gradients; the parameters keep their values.</summary>
    public void Dispose()
    {
        foreach (var parameter in parameters) parameter.grad = null;
        foreach (var view in groupValues.Concat(groupGradients)) view.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }
}
