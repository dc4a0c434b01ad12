using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Sharpness-aware minimisation: the gradient is taken at w + ρ g/‖g‖, g the gradient at w, which is where the loss of a ball
/// of radius ρ is about largest (Foret et al., arXiv 2010.01412). Two passes a step; the loss told is that at w.
/// </summary>
internal sealed class SharpnessPass(GradientPass inner, IReadOnlyList<Parameter> parameters, double rho) : GradientPass
{
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var held = new HeldWeights(parameters);
        var loss = inner.Run(batch);
        using (no_grad())
        {
            var scale = GradientNorm.OverParameters(parameters).reciprocal_().mul_(rho);
            foreach (var parameter in parameters)
            {
                if (parameter.grad is not { } gradient) continue;
                parameter.add_(gradient * scale);
                gradient.zero_();
            }
        }
        try
        {
            inner.Run(batch, watch, share);
        }
        finally
        {
            held.PutBack();
        }
        return loss;
    }
}
