using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Scales the gradient down to the norm <paramref name="norm"/> over all parameters where it is longer: g ← g · min(1, c/‖g‖).
/// </summary>
internal sealed class ClippedPass(GradientPass inner, IReadOnlyList<Parameter> parameters, double norm) : GradientPass
{
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var loss = inner.Run(batch, watch, share);
        using var off = no_grad();
        // The factor stays on the device: reading it would wait for the whole pass.
        var factor = GradientNorm.OverParameters(parameters).reciprocal_().mul_(norm).clamp_max_(1);
        foreach (var parameter in parameters) parameter.grad?.mul_(factor);
        return loss;
    }
}
