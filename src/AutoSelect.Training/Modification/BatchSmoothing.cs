using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Smooths the loss by changing the batches. Label smoothing spreads ε of each target over the K classes: t ← (1-ε)t + ε/K. Running mixup
/// blends inputs and targets with the batch before as it was trained on, so that the blend reaches back over many batches without a
/// second batch to load: x̃ₜ = λxₜ + (1-λ)x̃ₜ₋₁ with λ ~ Beta(α, α), λ ← max(λ, 1-λ) (Zhang et al., arXiv 1710.09412; running form: Osawa
/// et al., CVPR 2019).
/// </summary>
internal sealed class BatchSmoothing(Workload workload, long classes, Modifiers modifiers, long seed) : IDisposable
{
    private Tensor? inputs;
    private Tensor? targets;

    /// <summary>Null where the modifiers smooth no batches.</summary>
    /// <exception cref="UnsupportedModelException">The data cannot be blended, or has no classes.</exception>
    public static BatchSmoothing? ForCandidate(
        Candidate candidate, Workload workload, Func<Tensor, Tensor> model, ExampleSet examples, torch.Device device)
    {
        var modifiers = candidate.Modifiers;
        if (modifiers.MixupAlpha is null && modifiers.LabelSmoothing is null) return null;
        using var scope = NewDisposeScope();
        var probe = examples.Pick(zeros(1, dtype: ScalarType.Int64, device: device));
        return new BatchSmoothing(workload, model(probe.Inputs).shape[^1], modifiers, candidate.Seed);
    }

    /// <summary>The batch to train on, owned by the caller's dispose scope.</summary>
    /// <param name="batch">The batch as it was picked.</param>
    /// <param name="step">Step counted from 0; λ depends on it and the seed alone.</param>
    public Batch Apply(Batch batch, long step)
    {
        using var off = no_grad();
        var soft = workload.ClassProbabilities(batch.Targets, classes) ?? batch.Targets;
        if (modifiers.LabelSmoothing is { } epsilon) soft = soft.mul(1 - epsilon).add_(epsilon / classes);
        if (modifiers.MixupAlpha is not { } alpha) return batch with { Targets = soft };
        var random = new SplitMix64(seed, unchecked(step ^ 0x6D69787570L));
        var lambda = BetaDistribution.Draw(ref random, alpha);
        lambda = Math.Max(lambda, 1 - lambda);
        var blended = new Batch(Blend(batch.Inputs, inputs, lambda), Blend(soft, targets, lambda));
        Keep(blended);
        return blended;
    }

    public void Save(StateDictionary state)
    {
        if (inputs is null) return;
        state.Set("inputs", inputs);
        state.Set("targets", targets!);
    }

    public void Load(StateDictionary state, torch.Device device)
    {
        if (state.Contains("inputs")) Keep(new Batch(state.Get("inputs").to(device), state.Get("targets").to(device)));
    }

    public void Dispose()
    {
        inputs?.Dispose();
        targets?.Dispose();
    }

    private static Tensor Blend(Tensor now, Tensor? before, double lambda) =>
        before is null ? now.clone() : now.mul(lambda).add_(before, alpha: 1 - lambda);

    private void Keep(Batch blended)
    {
        Dispose();
        (inputs, targets) = (blended.Inputs.clone().DetachFromDisposeScope(), blended.Targets.clone().DetachFromDisposeScope());
    }
}
