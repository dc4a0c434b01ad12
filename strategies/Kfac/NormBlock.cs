using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies;

/// <summary>A norm with scale and shift: one 2×2 block for each channel (or feature), over its scale and its shift.</summary>
/// <remarks>
/// x̂ normalised input, g gradient of one example's loss by the output, both at positions s; δ damping, for each channel:
/// <code>
/// (a, b) = (Σ_s g x̂, Σ_s g),  F = E[(a,b)(a,b)ᵀ],  (u_scale, u_shift) = (F + δI)⁻¹ (∇scale, ∇shift)
/// </code>
/// Unit-wise blocks: Osawa et al., arXiv 1811.12019.
/// </remarks>
internal abstract class NormBlock : LayerBlock
{
    private readonly Parameter scale, shift;
    private Tensor[] gradients = [], directions = [];

    /// <param name="scale">Trained, as is the shift, and of its shape.</param>
    protected NormBlock(string name, Module<Tensor, Tensor> layer, Parameter scale, Parameter shift) : base(name, layer, scale, shift)
    {
        (this.scale, this.shift) = (scale, shift);
        Tensor Channels() => zeros(3, scale.numel(), scale.dtype, scale.device).DetachFromDisposeScope();
        (Fisher, Inverse) = (Channels(), Channels());
    }

    /// <summary>E[a²], E[ab], E[b²], [3, channels].</summary>
    public Tensor Fisher { get; }

    /// <summary>The same entries of the damped inverse, [3, channels].</summary>
    public Tensor Inverse { get; }

    public override IReadOnlyList<Tensor> Factors => [Fisher];

    public override IReadOnlyList<Tensor> Inverses => [Inverse];

    public override bool IsSymmetric => false;

    public override double InversionCost => Fisher.numel();

    protected override IEnumerable<(string Name, Tensor Tensor)> State => [("fisher", Fisher), ("inverse", Inverse)];

    protected override IEnumerable<Tensor> Views => [.. gradients, .. directions];

    public override void Bind(FlatParameters flat, Tensor direction)
    {
        Tensor[] In(Tensor state) =>
            [flat.View(state, scale).view(-1).DetachFromDisposeScope(), flat.View(state, shift).view(-1).DetachFromDisposeScope()];
        using var scope = NewDisposeScope();
        (gradients, directions) = (In(flat.Gradients), In(direction));
    }

    protected override Statistic[] Measure(Tensor input, Tensor gradient, long used)
    {
        var (a, b, terms) = PerExample(input, gradient);
        (a, b) = (a.narrow(0, 0, used), b.narrow(0, 0, used));
        // Gradients of the mean loss are 1/n of one example's, hence the square.
        var n = (double)input.shape[0];
        return [new(stack([(a * a).sum([0]), (a * b).sum([0]), (b * b).sum([0])]), terms * n * n / used)];
    }

    public override Tensor[]? Inverted(IReadOnlyList<Tensor> factors, double damping)
    {
        var fisher = factors[0];
        var (aa, ab, bb) = (fisher[0] + damping, fisher[1], fisher[2] + damping);
        // At least δ², which rounding may lose where a and b are proportional.
        var determinant = (aa * bb - ab * ab).clamp_min(damping * damping);
        return [stack([bb, -ab, aa]).div_(determinant)];
    }

    public override void Precondition()
    {
        using var scope = NewDisposeScope();
        directions[0].copy_(gradients[0]).mul_(Inverse[0]).addcmul_(gradients[1], Inverse[1], 1);
        directions[1].copy_(gradients[0]).mul_(Inverse[1]).addcmul_(gradients[1], Inverse[2], 1);
    }

    public override Tensor WeightGradient => cat(gradients);

    protected override Tensor ImpliedGradient(Tensor input, Tensor gradient)
    {
        var (a, b, _) = PerExample(input, gradient);
        return cat([a.sum([0]), b.sum([0])]);
    }

    /// <summary>
    /// a and b of every example in the batch, [n, channels], and of how many terms one example's loss is the mean: the Fisher matrix of
    /// such a mean, the terms being independent, is that many times E[(a,b)(a,b)ᵀ] in the unit of one term.
    /// </summary>
    protected abstract (Tensor A, Tensor B, long Terms) PerExample(Tensor input, Tensor gradient);
}
