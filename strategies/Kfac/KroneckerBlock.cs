using AutoSelect.Training.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies;

/// <summary>A layer with a weight matrix: its block is the Kronecker product of two small factors.</summary>
/// <remarks>
/// ã input with a 1 for the bias [d_a], g gradient of one example's loss by the output [d_g], V = [∇W ∇b] [d_g, d_a], δ damping:
/// <code>
/// A = E[ããᵀ],  G = E[ggᵀ],  π = √((tr A/d_a)/(tr G/d_g)),  r = √δ
/// U = (G + r/π I)⁻¹ V (A + rπ I)⁻¹
/// </code>
/// Martens and Grosse, arXiv 1503.05671.
/// </remarks>
internal abstract class KroneckerBlock : LayerBlock
{
    private readonly long columns;
    private Tensor? weightGradient, biasGradient, weightDirection, biasDirection, gradientMatrix;

    /// <param name="weight">Of shape [d_g, …].</param>
    /// <param name="bias">Of shape [d_g], or null; one that is not trained is left out of ã.</param>
    protected KroneckerBlock(string name, Module<Tensor, Tensor> layer, Parameter weight, Parameter? bias) : base(name, layer, weight, bias)
    {
        Weight = weight;
        Bias = bias is { requires_grad: true } ? bias : null;
        columns = weight.numel() / weight.shape[0];
        var inputs = columns + (Bias is null ? 0 : 1);
        Tensor Square(long size) => zeros(size, size, weight.dtype, weight.device).DetachFromDisposeScope();
        (A, InverseA, G, InverseG) = (Square(inputs), Square(inputs), Square(weight.shape[0]), Square(weight.shape[0]));
    }

    /// <summary>The weight, [d_g, …].</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, [d_g]; null where there is none that is trained.</summary>
    public Parameter? Bias { get; }

    /// <summary>Factor of the inputs, [d_a, d_a].</summary>
    public Tensor A { get; }

    /// <summary>Factor of the output gradients, [d_g, d_g].</summary>
    public Tensor G { get; }

    public Tensor InverseA { get; }

    public Tensor InverseG { get; }

    /// <summary>A and G.</summary>
    public override IReadOnlyList<Tensor> Factors => [A, G];

    public override IReadOnlyList<Tensor> Inverses => [InverseA, InverseG];

    public override bool IsSymmetric => true;

    public override double InversionCost => Math.Pow(A.shape[0], 3) + Math.Pow(G.shape[0], 3);

    protected override IEnumerable<(string Name, Tensor Tensor)> State =>
        [("A", A), ("G", G), ("inverseA", InverseA), ("inverseG", InverseG)];

    protected override IEnumerable<Tensor> Views =>
        new[] { weightGradient, biasGradient, weightDirection, biasDirection, gradientMatrix }.OfType<Tensor>();

    public override void Bind(FlatParameters flat, Tensor direction)
    {
        using var scope = NewDisposeScope();
        weightGradient = flat.View(flat.Gradients, Weight).view(-1, columns).DetachFromDisposeScope();
        weightDirection = flat.View(direction, Weight).view(-1, columns).DetachFromDisposeScope();
        if (Bias is null) return;
        biasGradient = flat.View(flat.Gradients, Bias).DetachFromDisposeScope();
        biasDirection = flat.View(direction, Bias).DetachFromDisposeScope();
        gradientMatrix = zeros(Weight.shape[0], columns + 1, Weight.dtype, Weight.device).DetachFromDisposeScope();
    }

    protected override Statistic[] Measure(Tensor input, Tensor gradient, long used)
    {
        var rows = Rows(input.narrow(0, 0, used), gradient.narrow(0, 0, used), input.shape[0]);
        var count = rows.Inputs.shape[0];
        var inputs = mm(rows.Inputs.t(), rows.Inputs);
        if (Bias is not null)
        {
            var bordered = empty_like(A);
            var sum = rows.Inputs.sum([0]);
            bordered.narrow(0, 0, columns).narrow(1, 0, columns).copy_(inputs);
            bordered.select(0, columns).narrow(0, 0, columns).copy_(sum);
            bordered.select(1, columns).narrow(0, 0, columns).copy_(sum);
            bordered.select(0, columns).narrow(0, columns, 1).fill_(count);
            inputs = bordered;
        }
        return [new(inputs, 1.0 / count), new(mm(rows.Gradients.t(), rows.Gradients), rows.GradientScale)];
    }

    public override Tensor[]? Inverted(IReadOnlyList<Tensor> factors, double damping) =>
        DampedCholesky(factors[0], factors[1], damping) is var (a, g) ? [a.cholesky_inverse(), g.cholesky_inverse()] : null;

    /// <summary>Lower triangles of A + rπ I and G + r/π I, or null where one has none even with ten thousand times the damping.</summary>
    public static (Tensor A, Tensor G)? DampedCholesky(Tensor a, Tensor g, double damping)
    {
        var root = Math.Sqrt(damping);
        // Tiny instead of 0, for a layer that has had no gradient yet.
        var pi = (a.diagonal().mean().clamp_min(1e-30) / g.diagonal().mean().clamp_min(1e-30)).sqrt();
        return Triangle(a, pi * root) is { } ofA && Triangle(g, root / pi) is { } ofG ? (ofA, ofG) : null;
    }

    public override void Precondition()
    {
        using var scope = NewDisposeScope();
        if (Bias is null)
        {
            weightDirection!.copy_(mm(mm(InverseG, weightGradient!), InverseA));
            return;
        }
        gradientMatrix!.narrow(1, 0, columns).copy_(weightGradient!);
        gradientMatrix.narrow(1, columns, 1).copy_(biasGradient!.unsqueeze(1));
        var direction = mm(mm(InverseG, gradientMatrix), InverseA);
        weightDirection!.copy_(direction.narrow(1, 0, columns));
        biasDirection!.copy_(direction.narrow(1, columns, 1).squeeze(1));
    }

    public override Tensor WeightGradient => weightGradient!;

    protected override Tensor ImpliedGradient(Tensor input, Tensor gradient)
    {
        var rows = Rows(input, gradient, input.shape[0]);
        return mm(rows.Gradients.t(), rows.Inputs);
    }

    /// <summary>
    /// The layer as a linear map of rows: inputs [N, columns], gradients [N, d_g], and the factor that turns the sum of ggᵀ
    /// over the rows into the mean over examples for one example's loss, given that there are <paramref name="examples"/> in the batch.
    /// </summary>
    protected abstract (Tensor Inputs, Tensor Gradients, double GradientScale) Rows(Tensor input, Tensor gradient, long examples);

    private static Tensor? Triangle(Tensor factor, Tensor damping)
    {
        for (var attempt = 0; attempt < 5; attempt++, damping *= 10)
        {
            var damped = factor.clone();
            damped.diagonal().add_(damping);
            var (triangle, info) = linalg.cholesky_ex(damped);
            if (info.ToInt32() == 0) return triangle;
        }
        return null;
    }
}
