using AutoSelect.Training.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>Averaged weights beside the trained ones, for strategies that keep none.</summary>
internal abstract class WeightAverage : IDisposable
{
    protected WeightAverage(nn.Module model)
    {
        Parameters = [.. model.named_parameters().Where(p => p.parameter.requires_grad && p.parameter.is_floating_point())
            .Select(p => (p.name, p.parameter))];
        Averages = [.. Parameters.Select(p => p.Live.detach().clone().DetachFromDisposeScope())];
    }

    protected IReadOnlyList<(string Name, Parameter Live)> Parameters { get; }

    /// <summary>The average of each parameter, which begins at its initial value.</summary>
    protected Tensor[] Averages { get; }

    /// <summary>How often weights were taken in.</summary>
    protected long Updates { get; set; }

    /// <summary>False for updates whose weights are not taken in.</summary>
    /// <param name="before">Steps done before the update.</param>
    /// <param name="after">Steps done with it.</param>
    public virtual bool IsDue(long before, long after) => true;

    /// <summary>Takes the weights in; to be called after every update that is due.</summary>
    public abstract void Update();

    /// <summary>
    /// Exchanges the trained with the averaged weights, in place. False before the first update: there is no average yet.
    /// </summary>
    public bool Swap()
    {
        if (Updates == 0) return false;
        using var off = no_grad();
        for (var i = 0; i < Averages.Length; i++)
        {
            using var copy = Parameters[i].Live.detach().clone();
            Parameters[i].Live.copy_(Averages[i]);
            Averages[i].copy_(copy);
        }
        return true;
    }

    /// <summary>Forgets the past: the average begins anew at the weights as they are.</summary>
    public void Restart()
    {
        Updates = 0;
        using var off = no_grad();
        for (var i = 0; i < Averages.Length; i++) Averages[i].copy_(Parameters[i].Live);
    }

    public void Save(StateDictionary state)
    {
        state.SetScalar("updates", Updates);
        for (var i = 0; i < Averages.Length; i++) state.Set(Parameters[i].Name, Averages[i]);
    }

    public void Load(StateDictionary state)
    {
        Updates = (long)state.GetScalar("updates");
        for (var i = 0; i < Averages.Length; i++) state.CopyTo(Parameters[i].Name, Averages[i]);
    }

    /// <summary>Adds <paramref name="share"/> of the trained weights to the average.</summary>
    protected void TakeIn(double share)
    {
        Updates++;
        using var off = no_grad();
        for (var i = 0; i < Averages.Length; i++) Averages[i].mul_(1 - share).add_(Parameters[i].Live, alpha: share);
    }

    public void Dispose()
    {
        foreach (var average in Averages) average.Dispose();
    }
}
