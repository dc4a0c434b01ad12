using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads.Models;

/// <summary>Pre-norm block: x + attention(norm(x)), then x + mlp(norm(x)) with GELU and four times the width.</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private readonly int heads;
    private readonly LayerNorm attentionNorm;
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear projection;
    private readonly LayerNorm mlpNorm;
    private readonly Linear widen;
    private readonly Linear narrow;

    public TransformerBlock(int width, int heads) : base(nameof(TransformerBlock))
    {
        this.heads = heads;
        attentionNorm = LayerNorm(width);
        // Three matrices rather than one of three times the width: layer-wise methods see three blocks of curvature.
        query = Linear(width, width);
        key = Linear(width, width);
        value = Linear(width, width);
        projection = Linear(width, width);
        mlpNorm = LayerNorm(width);
        widen = Linear(width, 4 * width);
        narrow = Linear(4 * width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var normed = attentionNorm.call(input);
        var mixed = functional.scaled_dot_product_attention(
            Split(query.call(normed)), Split(key.call(normed)), Split(value.call(normed)), is_casual: true);
        var stream = input + projection.call(mixed.transpose(1, 2).flatten(2));
        return stream + narrow.call(functional.gelu(widen.call(mlpNorm.call(stream))));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var module in children()) module.Dispose();
        }
        base.Dispose(disposing);
    }

    // [n, t, width] to [n, heads, t, width/heads]
    private Tensor Split(Tensor stream) => stream.unflatten(2, heads, stream.shape[2] / heads).transpose(1, 2);
}
