using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Takes the gradient at w + σε, ε standard normal and new at every step: on average the gradient of E L(w + σε), a smoothed loss.
/// </summary>
internal sealed class PerturbedPass(GradientPass inner, IReadOnlyList<Parameter> parameters, double sigma) : GradientPass
{
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var held = new HeldWeights(parameters);
        using (no_grad())
        {
            foreach (var parameter in parameters) parameter.add_(randn_like(parameter), sigma);
        }
        try
        {
            return inner.Run(batch, watch, share);
        }
        finally
        {
            held.PutBack();
        }
    }
}
