using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>Euclidean norm of the gradient over all parameters.</summary>
internal static class GradientNorm
{
    /// <summary>A scalar on the device, at least the smallest normal number, so that it can be divided by.</summary>
    public static Tensor OverParameters(IReadOnlyList<Parameter> parameters)
    {
        Tensor[] norms = [.. parameters.Select(p => p.grad).OfType<Tensor>().Select(g => g.norm())];
        return stack(norms).norm().clamp_min_(1e-30);
    }
}
