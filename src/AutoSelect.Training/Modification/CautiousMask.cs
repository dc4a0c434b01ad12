using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Cautious updates (Liang et al., arXiv 2411.16085) of any strategy. With Δ the change a step made to a parameter tensor of d entries and
/// g the gradient it was made from, φ = [Δg &lt; 0], the tensor becomes w + d/(Σφ + 1) · φΔ. The strategy's own state is left as it is.
/// Decoupled weight decay is part of Δ, and so is masked too.
/// </summary>
internal sealed class CautiousMask(GradientPass inner, IReadOnlyList<Parameter> parameters) : GradientPass
{
    private Tensor[] weights = [];
    private Tensor[] gradients = [];

    // Strategies overwrite gradients while they update, so both are kept from here, where the weights are those before the step.
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var loss = inner.Run(batch, watch, share);
        using var off = no_grad();
        weights = [.. parameters.Select(p => p.detach().clone())];
        gradients = [.. parameters.Select(p => p.grad is { } g ? g.clone() : zeros_like(p))];
        return loss;
    }

    /// <summary>Masks what the step did; called after it, within the dispose scope of the pass.</summary>
    public void Apply()
    {
        using var off = no_grad();
        for (var i = 0; i < weights.Length; i++)
        {
            var parameter = parameters[i];
            var change = parameter - weights[i];
            var agrees = (change * gradients[i]).lt(0).to(change.dtype);
            change.mul_(agrees).mul_(agrees.sum().add_(1).reciprocal_().mul_(parameter.numel()));
            parameter.copy_(weights[i].add_(change));
        }
        (weights, gradients) = ([], []);
    }
}
