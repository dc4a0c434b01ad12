using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// The weights as they are now, to be put back bit by bit after a pass at another point; copies owned by the caller's dispose scope.
/// </summary>
internal sealed class HeldWeights
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly Tensor[] values;

    public HeldWeights(IReadOnlyList<Parameter> parameters)
    {
        this.parameters = parameters;
        values = [.. parameters.Select(p => p.detach().clone())];
    }

    public void PutBack()
    {
        using var off = no_grad();
        for (var i = 0; i < values.Length; i++) parameters[i].copy_(values[i]);
    }

    /// <summary>The parameters of a model that training changes.</summary>
    public static IReadOnlyList<Parameter> Trainable(nn.Module model) =>
        [.. model.parameters().Where(p => p.requires_grad && p.is_floating_point())];
}
