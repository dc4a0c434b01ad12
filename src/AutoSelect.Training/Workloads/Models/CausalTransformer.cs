using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads.Models;

/// <summary>
/// Tokens [n, t] to logits [n, t, classes]: token and learned position embeddings, pre-norm blocks, a linear output. Every weight
/// matrix is an nn.Linear called through its hooks, so that strategies can read what goes into and comes out of it.
/// </summary>
internal sealed class CausalTransformer : Module<Tensor, Tensor>
{
    private readonly Embedding tokens;
    private readonly Embedding positions;
    private readonly Sequential blocks;
    private readonly LayerNorm norm;
    private readonly Linear output;

    public CausalTransformer(int classes, int context, int layers, int width, int heads) : base(nameof(CausalTransformer))
    {
        tokens = Embedding(classes, width);
        positions = Embedding(context, width);
        blocks = Sequential(Enumerable.Range(1, layers).Select(
            i => ($"block{i}", (Module<Tensor, Tensor>)new TransformerBlock(width, heads))));
        norm = LayerNorm(width);
        output = Linear(width, classes);
        RegisterComponents();
        // Standard normal embeddings would drown what the blocks add to them.
        init.normal_(tokens.weight!, 0, 0.02);
        init.normal_(positions.weight!, 0, 0.02);
    }

    public override Tensor forward(Tensor input)
    {
        var places = arange(input.shape[1], dtype: ScalarType.Int64, device: input.device);
        var stream = tokens.call(input) + positions.call(places);
        return output.call(norm.call(blocks.call(stream)));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var module in children()) module.Dispose();
        }
        base.Dispose(disposing);
    }
}
