using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>The state of <see cref="NoisyKfac"/>: between steps the model holds the posterior's mean.</summary>
internal sealed class NoisyKfacStepper : KfacStepper
{
    private readonly double intrinsicDamping, deviation;
    private readonly int predictiveSamples;
    private readonly KroneckerNoise[] noises;
    private readonly Tensor mean;
    private bool isSampled;

    /// <param name="intrinsic">λ/(N·prior variance), the damping that comes from the prior.</param>
    /// <param name="deviation">√(λ/N).</param>
    public NoisyKfacStepper(TrainingTask task, KfacSettings settings, double intrinsic, double deviation, int predictiveSamples)
        : base(task, KfacModel.ForTask(task), settings with { Damping = settings.Damping + intrinsic })
    {
        (intrinsicDamping, this.deviation, this.predictiveSamples) = (intrinsic, deviation, predictiveSamples);
        noises = [.. Blocks.OfType<KroneckerBlock>().Select(block => new KroneckerNoise(block))];
        mean = zeros_like(Values).DetachFromDisposeScope();
    }

    public override int PredictiveSamples => predictiveSamples;

    public override IDisposable SampleWeights(int index)
    {
        // The same draws at every evaluation, so that two evaluations differ by the posterior alone.
        var restore = new Restore(Values);
        AddNoise(step: -1, index);
        return restore;
    }

    protected override Tensor StepCore(Batch batch)
    {
        using (no_grad())
        {
            mean.copy_(Values);
            AddNoise(Steps, 0);
            isSampled = true;
        }
        try
        {
            return base.StepCore(batch);
        }
        finally
        {
            BackToMean();
        }
    }

    protected override void Update(double learningRate)
    {
        BackToMean();
        base.Update(learningRate);
    }

    protected override void AfterFactors()
    {
        // Of the prior's -½‖w‖²/variance, at the mean: unbiased, and less noisy than at the sample.
        foreach (var block in Blocks.OfType<KroneckerBlock>())
        {
            block.Weight.grad!.add_(block.Weight, alpha: intrinsicDamping);
            block.Bias?.grad!.add_(block.Bias, alpha: intrinsicDamping);
        }
    }

    protected override void AfterInversion()
    {
        foreach (var noise in noises)
            if (Distribution?.Owned.Contains(noise.Block) ?? true) noise.Refresh(intrinsicDamping);
        if (Distribution is null) return;
        // Every rank draws the same noise, so every rank needs all roots.
        using var scope = NewDisposeScope();
        var roots = noises.ToDictionary(noise => (LayerBlock)noise.Block, noise => noise.Mirrored());
        Distribution.Gather(block => roots.GetValueOrDefault(block) ?? []);
        foreach (var noise in noises) noise.Take(roots[noise.Block]);
    }

    protected override void SaveCore(StateDictionary state)
    {
        base.SaveCore(state);
        for (var i = 0; i < noises.Length; i++) noises[i].Save(state.Part($"noise{i}"));
    }

    protected override void LoadCore(StateDictionary state)
    {
        base.LoadCore(state);
        for (var i = 0; i < noises.Length; i++) noises[i].Load(state.Part($"noise{i}"));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var noise in noises) noise.Dispose();
            mean.Dispose();
        }
        base.Dispose(disposing);
    }

    private void BackToMean()
    {
        if (!isSampled) return;
        using (no_grad()) Values.copy_(mean);
        isSampled = false;
    }

    // A generator of its own, seeded from where the run stands: a loaded run draws the same, and evaluations disturb nothing.
    private void AddNoise(long step, int index)
    {
        var seed = unchecked(((ulong)Task.Candidate.Seed * 0x9E3779B97F4A7C15) + ((ulong)step * 0xBF58476D1CE4E5B9) + (ulong)index);
        using var generator = new Generator(seed, Values.device);
        foreach (var noise in noises) noise.AddTo(generator, deviation);
    }

    private sealed class Restore(Tensor values) : IDisposable
    {
        private readonly Tensor before = values.clone().DetachFromDisposeScope();

        public void Dispose()
        {
            using (no_grad()) values.copy_(before);
            before.Dispose();
        }
    }
}
