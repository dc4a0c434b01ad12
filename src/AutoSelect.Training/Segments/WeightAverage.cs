using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training;

/// <summary>
/// Averaged weights for strategies that keep none: polynomial-decay averaging, a_j = a_{j-1} + (γ+1)/(j+γ) (w_j - a_{j-1}) with
/// γ = 8 (Shamir and Zhang, ICML 2013), which remembers about the last ninth of the run so far. Unlike an average of fixed decay it
/// knows no time scale, so it is as fair to large batches as to small ones and to short horizons as to long ones, and it gives
/// the same average when only every k-th step is counted (k = <see cref="Stride"/>), which keeps it cheap.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    public const int Stride = 10;
    private const double Gamma = 8;

    private readonly IReadOnlyList<(string Name, Parameter Live)> parameters;
    private readonly Tensor[] averages;
    private long updates;

    public WeightAverage(nn.Module model)
    {
        parameters = [.. model.named_parameters().Where(p => p.parameter.requires_grad && p.parameter.is_floating_point()).Select(p => (p.name, p.parameter))];
        averages = [.. parameters.Select(p => p.Live.detach().clone().DetachFromDisposeScope())];
    }

    /// <summary>To be called after every step, counted from 1; most calls do nothing.</summary>
    public void Update(long step)
    {
        if (step % Stride != 0) return;
        updates++;
        var share = (Gamma + 1) / (updates + Gamma);
        using var off = no_grad();
        for (var i = 0; i < averages.Length; i++) averages[i].mul_(1 - share).add_(parameters[i].Live, alpha: share);
    }

    /// <summary>Exchanges the trained with the averaged weights, in place. False before the first update: there is no average yet.</summary>
    public bool Swap()
    {
        if (updates == 0) return false;
        using var off = no_grad();
        for (var i = 0; i < averages.Length; i++)
        {
            using var copy = parameters[i].Live.detach().clone();
            parameters[i].Live.copy_(averages[i]);
            averages[i].copy_(copy);
        }
        return true;
    }

    public void Save(StateDictionary state)
    {
        state.SetScalar("updates", updates);
        for (var i = 0; i < averages.Length; i++) state.Set(parameters[i].Name, averages[i]);
    }

    public void Load(StateDictionary state)
    {
        updates = (long)state.GetScalar("updates");
        for (var i = 0; i < averages.Length; i++) state.CopyTo(parameters[i].Name, averages[i]);
    }

    public void Dispose()
    {
        foreach (var average in averages) average.Dispose();
    }
}
