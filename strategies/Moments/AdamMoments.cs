using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>The two moments of Adam (Kingma and Ba, arXiv 1412.6980), flat.</summary>
/// <remarks>
/// g gradient, m and v moments (start at 0), a and b the weights their averages have gathered (start at 0):
/// <code>
/// m ← β1 m + (1-β1) g,    a ← β1 a + (1-β1)
/// v ← β2 v + (1-β2) g²,   b ← β2 b + (1-β2)
/// </code>
/// m/a and v/b are the unbiased averages. After t steps a = 1-β1ᵗ and b = 1-β2ᵗ, as the paper has it; kept as numbers they stay right
/// when a run goes on from another strategy's state, where the moments have not the age of the run.
/// </remarks>
/// <param name="like">A tensor of the gradients' length, type and device.</param>
internal sealed class AdamMoments(Tensor like, double beta1, double beta2) : IDisposable
{
    /// <summary>m, [n].</summary>
    public Tensor First { get; } = zeros_like(like).DetachFromDisposeScope();

    /// <summary>v, [n].</summary>
    public Tensor Second { get; } = zeros_like(like).DetachFromDisposeScope();

    /// <summary>a.</summary>
    public double FirstWeight { get; private set; }

    /// <summary>b.</summary>
    public double SecondWeight { get; private set; }

    public void Add(Tensor gradients)
    {
        AddFirst(gradients);
        AddSecond(gradients);
    }

    public void AddFirst(Tensor gradients)
    {
        AdvanceFirst();
        First.mul_(beta1).add_(gradients, 1 - beta1);
    }

    public void AddSecond(Tensor gradients)
    {
        AdvanceSecond();
        Second.mul_(beta2).addcmul_(gradients, gradients, 1 - beta2);
    }

    /// <summary>Counts a step in a and b; the moments are then added part by part.</summary>
    public void Advance()
    {
        AdvanceFirst();
        AdvanceSecond();
    }

    /// <summary>Adds a part's gradients to its moments.</summary>
    /// <returns>Both moments of the part, views [m].</returns>
    public (Tensor First, Tensor Second) Add(FlatPart part, Tensor gradients) =>
        (part.SliceOf(First).mul_(beta1).add_(gradients, 1 - beta1), part.SliceOf(Second).mul_(beta2)
            .addcmul_(gradients, gradients, 1 - beta2));

    /// <summary>√(v/b) + ε, [n].</summary>
    public Tensor Denominator(double epsilon) => Denominator(Second, epsilon);

    /// <summary>√(v/b) + ε of a part's second moment, [m].</summary>
    public Tensor Denominator(Tensor second, double epsilon) => second.sqrt().mul_(1 / Math.Sqrt(SecondWeight)).add_(epsilon);

    /// <summary>w ← w - η (m/a) / (√(v/b) + ε).</summary>
    public void Step(Tensor values, double learningRate, double epsilon) =>
        values.addcdiv_(First, Denominator(epsilon), -learningRate / FirstWeight);

    private void AdvanceFirst() => FirstWeight = (beta1 * FirstWeight) + (1 - beta1);

    private void AdvanceSecond() => SecondWeight = (beta2 * SecondWeight) + (1 - beta2);

    public void Save(StateDictionary state)
    {
        state.Set("first", First);
        state.Set("second", Second);
        state.SetScalar("firstWeight", FirstWeight);
        state.SetScalar("secondWeight", SecondWeight);
    }

    public void Load(StateDictionary state)
    {
        LoadFirst(state);
        state.CopyTo("second", Second);
        SecondWeight = state.GetScalar("secondWeight");
    }

    public void LoadFirst(StateDictionary state)
    {
        state.CopyTo("first", First);
        FirstWeight = state.GetScalar("firstWeight");
    }

    /// <summary>Takes an average of gradients over as the first moment, [n].</summary>
    public void TakeFirst(Tensor average)
    {
        First.copy_(average);
        FirstWeight = 1;
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
