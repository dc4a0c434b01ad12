using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Modification;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>
/// Ranks that train on their own and exchange weights once in H steps.
/// </summary>
/// <remarks>
/// θ outer weights, wᵣ weights of rank r after its local steps from θ, u outer momentum (starts at 0), all [n], p ranks:
/// <code>
/// local SGD:  θ ← Σ wᵣ / p
/// DiLoCo:     Δ ← θ - Σ wᵣ / p,   u ← μu + Δ,   θ ← θ - η(Δ + μu)      η .7, μ .9
/// then        wᵣ ← θ on every rank
/// </code>
/// The state of the inner optimizer stays each rank's own. Stich, arXiv 1805.09767; Douillard et al., DiLoCo, arXiv 2311.08105.
/// </remarks>
internal sealed class LocalSteps : IDisposable
{
    private const double OuterRate = .7, OuterMomentum = .9;

    private readonly TrainingRanks ranks;
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly long interval;
    private readonly Tensor? outer, momentum;
    private readonly Tensor mean;
    private long exchanges, steps;

    public LocalSteps(nn.Module model, TrainingRanks ranks, GradientCommunication communication)
    {
        (this.ranks, interval) = (ranks, (long)communication.Parameter);
        parameters = HeldWeights.Trainable(model);
        mean = Flat().DetachFromDisposeScope();
        if (communication.Kind != CommunicationKind.DiLoCo) return;
        outer = mean.clone().DetachFromDisposeScope();
        momentum = zeros_like(mean).DetachFromDisposeScope();
    }

    /// <summary>False while the ranks' weights differ.</summary>
    public bool IsSynchronised { get; private set; } = true;

    public IReadOnlyDictionary<string, double> Figures => steps == 0 ? new Dictionary<string, double>() : new Dictionary<string, double>
    {
        ["communication.bytesPerStep"] = 2.0 * (ranks.Size - 1) / ranks.Size * sizeof(float) * mean.numel() * exchanges / steps,
    };

    /// <summary>To be called after every step, counted from 1.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="force">Exchange now, as the run ends or is copied here.</param>
    public void After(long step, bool force)
    {
        steps++;
        IsSynchronised = force || step % interval == 0;
        if (!IsSynchronised) return;
        using var off = no_grad();
        using var scope = NewDisposeScope();
        Average();
        if (outer is null) Put(mean);
        else
        {
            var change = outer - mean;
            momentum!.mul_(OuterMomentum).add_(change);
            outer.sub_(change.add_(momentum, alpha: OuterMomentum).mul_(OuterRate));
            Put(outer);
        }
        exchanges++;
    }

    /// <summary>Puts the mean of the ranks' weights into the model until disposed.</summary>
    public IDisposable WithMean()
    {
        using var off = no_grad();
        var own = Flat().DetachFromDisposeScope();
        Average();
        Put(mean);
        return new Restore(this, own);
    }

    public void Save(StateDictionary state)
    {
        if (outer is null) return;
        state.Set("outer", outer);
        state.Set("momentum", momentum!);
    }

    /// <summary>Restores what was saved; without it the outer weights begin at the model's.</summary>
    public void Load(StateDictionary state)
    {
        if (outer is null) return;
        using var off = no_grad();
        using var scope = NewDisposeScope();
        if (state.HasAny)
        {
            state.CopyTo("outer", outer);
            state.CopyTo("momentum", momentum!);
        }
        else
        {
            outer.copy_(Flat());
            momentum!.zero_();
        }
    }

    public void Dispose()
    {
        mean.Dispose();
        outer?.Dispose();
        momentum?.Dispose();
    }

    private void Average()
    {
        using var own = Flat();
        mean.copy_(own);
        ranks.Average(mean);
    }

    private Tensor Flat() => cat([.. parameters.Select(p => p.detach().reshape(-1))]);

    private void Put(Tensor flat)
    {
        long at = 0;
        foreach (var parameter in parameters)
        {
            using var values = flat.narrow(0, at, parameter.numel()).view(parameter.shape);
            parameter.copy_(values);
            at += parameter.numel();
        }
    }

    private sealed class Restore(LocalSteps local, Tensor own) : IDisposable
    {
        public void Dispose()
        {
            using var off = no_grad();
            local.Put(own);
            own.Dispose();
        }
    }
}
