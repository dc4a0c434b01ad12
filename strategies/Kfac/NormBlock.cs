using AutoSelect.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Batch norm: one 2×2 block for each channel, over its scale and its shift.</summary>
/// <remarks>
/// x̂ normalised input, g gradient of one example's loss by the output, summed over positions s; δ damping, for each channel:
/// <code>
/// (a, b) = (Σ_s g x̂, Σ_s g),  F = E[(a,b)(a,b)ᵀ],  (u_scale, u_shift) = (F + δI)⁻¹ (∇scale, ∇shift)
/// </code>
/// Unit-wise blocks: Osawa et al., arXiv 1811.12019.
/// </remarks>
internal sealed class NormBlock : LayerBlock
{
    private readonly BatchNorm layer;
    private readonly Parameter scale, shift;
    private Tensor[] gradients = [], directions = [];

    /// <param name="layer">With trained scale and shift.</param>
    public NormBlock(string name, BatchNorm layer) : base(name, layer, layer.weight, layer.bias)
    {
        this.layer = layer;
        (scale, shift) = (layer.weight!, layer.bias!);
        Tensor Channels() => zeros(3, scale.shape[0], scale.dtype, scale.device).DetachFromDisposeScope();
        (Fisher, Inverse) = (Channels(), Channels());
    }

    /// <summary>E[a²], E[ab], E[b²], [3, channels].</summary>
    public Tensor Fisher { get; }

    /// <summary>The same entries of the damped inverse, [3, channels].</summary>
    public Tensor Inverse { get; }

    protected override IEnumerable<(string Name, Tensor Tensor)> State => [("fisher", Fisher), ("inverse", Inverse)];

    protected override IEnumerable<Tensor> Views => [.. gradients, .. directions];

    public override void Bind(FlatParameters flat, Tensor direction)
    {
        Tensor[] In(Tensor state) => [flat.View(state, scale).DetachFromDisposeScope(), flat.View(state, shift).DetachFromDisposeScope()];
        using var scope = NewDisposeScope();
        (gradients, directions) = (In(flat.Gradients), In(direction));
    }

    protected override void UpdateFactors(Tensor input, Tensor gradient, long used, double average)
    {
        var (a, b) = PerExample(input, gradient);
        (a, b) = (a.narrow(0, 0, used), b.narrow(0, 0, used));
        // Gradients of the mean loss are 1/n of one example's, hence the square.
        var n = (double)input.shape[0];
        Fisher.mul_(average).add_(stack([(a * a).sum([0]), (a * b).sum([0]), (b * b).sum([0])]), (1 - average) * n * n / used);
    }

    public override bool Invert(double damping)
    {
        using var scope = NewDisposeScope();
        var (aa, ab, bb) = (Fisher[0] + damping, Fisher[1], Fisher[2] + damping);
        // At least δ², which rounding may lose where a and b are proportional.
        var determinant = (aa * bb - ab * ab).clamp_min(damping * damping);
        Inverse.copy_(stack([bb, -ab, aa]).div_(determinant));
        return true;
    }

    public override void Precondition()
    {
        using var scope = NewDisposeScope();
        directions[0].copy_(gradients[0]).mul_(Inverse[0]).addcmul_(gradients[1], Inverse[1], 1);
        directions[1].copy_(gradients[0]).mul_(Inverse[1]).addcmul_(gradients[1], Inverse[2], 1);
    }

    protected override (Tensor Implied, Tensor Actual) WeightGradient(Tensor input, Tensor gradient)
    {
        var (a, b) = PerExample(input, gradient);
        return (cat([a.sum([0]), b.sum([0])]), cat(gradients));
    }

    // a and b, [n, channels]; normalised as the forward pass did, by the batch in training and by the running statistics else.
    private (Tensor A, Tensor B) PerExample(Tensor input, Tensor gradient)
    {
        var channels = scale.shape[0];
        var (x, g) = (input.reshape(input.shape[0], channels, -1), gradient.reshape(input.shape[0], channels, -1));
        var byBatch = layer.training || layer.running_mean is null;
        var mean = byBatch ? x.mean([0, 2]) : layer.running_mean!;
        var centred = x - mean.unsqueeze(1);
        var variance = byBatch ? (centred * centred).mean([0, 2]) : layer.running_var!;
        return ((centred * g).sum([2]) * (variance + layer.eps).rsqrt(), g.sum([2]));
    }
}
