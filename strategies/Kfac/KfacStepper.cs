using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>The state of <see cref="Kfac"/> and its variants on one model.</summary>
internal class KfacStepper : FlatGradientStepper
{
    private readonly KfacSettings settings;
    private readonly Tensor gradients, direction, velocity, clip;
    private readonly FallbackAdam? fallback;
    private readonly FactorChange? change;
    private readonly DistributedBlocks? distribution;
    private BackgroundInversion? inversion;
    private RankShare share;
    private double factorChange = double.NaN;
    private long failedInversions;

    protected KfacStepper(TrainingTask task, KfacModel model, KfacSettings settings) : base(task, model.Flat)
    {
        Blocks = model.Blocks;
        this.settings = settings;
        var flat = model.Flat;

        using var scope = NewDisposeScope();
        var count = flat.ValuesOf(0).numel() + flat.ValuesOf(1).numel();
        Values = flat.Values.narrow(0, 0, count).DetachFromDisposeScope();
        gradients = flat.Gradients.narrow(0, 0, count).DetachFromDisposeScope();
        direction = zeros_like(Values).DetachFromDisposeScope();
        velocity = zeros_like(Values).DetachFromDisposeScope();
        clip = ones([], Values.dtype, Values.device).DetachFromDisposeScope();
        foreach (var block in Blocks) block.Bind(flat, direction);
        if (task.Ranks is { Size: > 1 } ranks)
            distribution = new(
                ranks, Blocks,
                [.. Blocks.Select(block =>
                    block.Parameters.Select(parameter => flat.View(direction, parameter).DetachFromDisposeScope()).ToArray())]);
        if (settings.Renewal.IsAdaptive) change = new FactorChange(Blocks, distribution);
        var others = flat.Values.numel() - count;
        if (others > 0)
            fallback = new FallbackAdam(flat.Values.narrow(0, count, others).DetachFromDisposeScope(),
                flat.Gradients.narrow(0, count, others).DetachFromDisposeScope(), flat.ValuesOf(2).numel());
    }

    /// <summary>Finds the model's blocks and starts.</summary>
    /// <exception cref="UnsupportedModelException">See <see cref="Kfac.Start"/>.</exception>
    public static KfacStepper Create(TrainingTask task, KfacSettings settings) => new(task, KfacModel.ForTask(task), settings);

    /// <summary>The layers' blocks, in the model's order.</summary>
    public IReadOnlyList<LayerBlock> Blocks { get; }

    /// <summary>
    /// The clipping factor ν of the last step, the damping, the steps between inversions, the relative change of the factors between the
    /// last two (where it is measured), and how often a block kept old inverses because its factors could not be inverted.
    /// </summary>
    public override IReadOnlyDictionary<string, double> Diagnostics
    {
        get
        {
            var figures = new Dictionary<string, double>
            {
                ["clipFactor"] = clip.ToDouble(),
                ["damping"] = settings.Damping,
                ["inverseInterval"] = settings.Renewal.InBurnIn(Steps) ? 1 : settings.Renewal.InverseInterval,
                ["failedInversions"] = FailedInversions,
            };
            if (double.IsFinite(factorChange)) figures["factorChange"] = factorChange;
            return figures;
        }
    }

    public override WorkCycle Cycle => settings.Renewal.Cycle;

    /// <summary>The last step's preconditioned and clipped gradient of a parameter that has a block, owned by the caller.</summary>
    public Tensor DirectionOf(Parameter parameter) => Flat.View(direction, parameter);

    /// <summary>The parameters that have a block, [n]; a view.</summary>
    protected Tensor Values { get; }

    /// <summary>How the blocks are split over ranks; null where there is one.</summary>
    protected DistributedBlocks? Distribution => distribution;

    private IReadOnlyList<LayerBlock> Owned => distribution?.Owned ?? Blocks;

    private long FailedInversions => failedInversions + (distribution?.Failures ?? 0);

    protected override Tensor StepCore(Batch batch)
    {
        try
        {
            return base.StepCore(batch);
        }
        finally
        {
            foreach (var block in Blocks) block.Release();
        }
    }

    protected override void BeforeForward()
    {
        var capturing = settings.Renewal.FactorsDue(Steps);
        foreach (var block in Blocks) block.Capturing = capturing;
    }

    // Gradients against sampled targets make the factors those of the Fisher matrix. They go back to the layers' outputs only,
    // for no weight gradients are needed: about a third of a step.
    protected override void AfterForward(Tensor output)
    {
        if (distribution is not null && settings.Renewal.FactorsDue(Steps)) share = distribution.Share(output.shape[0]);
        var captured = Blocks.Where(block => block.Output is not null).ToArray();
        if (captured.Length == 0 || Task.SampleTargets is not { } sample) return;
        Tensor? targets;
        using (no_grad()) targets = distribution is null ? sample(output) : share.Sample(sample, output);
        if (targets is null) return;
        var gradients = autograd.grad(
            [Task.Loss(output, targets)], [.. captured.Select(block => block.Output!)], retain_graph: true, allow_unused: true);
        foreach (var (block, gradient) in captured.Zip(gradients))
        {
            block.SampledGradient = gradient;
            block.Output!.grad = null; // it was kept there too, and the training loss's would be added to it
        }
    }

    protected override void Update(double learningRate)
    {
        var decay = settings.Recipe?.Factor((double)Steps / Task.HorizonSteps) ?? 1;
        learningRate *= decay;
        if (settings.Renewal.FactorsDue(Steps)) UpdateFactors();
        AfterFactors();
        RenewInverses();
        Precondition();

        // Kept on the device: reading it here would wait for the whole step.
        var bound = gradients.dot(direction).mul_(learningRate * learningRate).clamp_min_(1e-30);
        clip.copy_(bound.reciprocal_().mul_(settings.KlClip).sqrt_().clamp_max_(1));
        if (settings.WeightDecay > 0) Flat.ValuesOf(0).mul_(1 - learningRate * settings.WeightDecay);
        var momentum = settings.Recipe is null ? settings.Momentum : settings.Momentum * learningRate / Task["learningRate"];
        velocity.mul_(momentum).add_(direction.mul_(clip));
        Values.add_(velocity, -learningRate);
        if (settings.Recipe is { Rescales: true })
            foreach (var block in Blocks.OfType<KroneckerBlock>()) LargeBatchRecipe.Rescale(block.Weight);
        fallback?.Update(Steps - settings.Renewal.Origin + 1, learningRate * settings.FallbackRate, settings.WeightDecay);
    }

    /// <summary>
    /// Called once the factors are taken, before the gradients are preconditioned, under no_grad; may change the gradients.
    /// </summary>
    protected virtual void AfterFactors() { }

    /// <summary>Called after the inverses were renewed from the factors as they are now, under no_grad.</summary>
    protected virtual void AfterInversion() { }

    private void UpdateFactors()
    {
        if (distribution is not null) distribution.UpdateFactors(share, settings.FactorAverage, settings.FactorSamples);
        else foreach (var block in Blocks) block.UpdateFactors(settings.FactorAverage, settings.FactorSamples);
    }

    private void Precondition()
    {
        if (distribution is not null) distribution.Precondition();
        else foreach (var block in Blocks) block.Precondition();
    }

    private void RenewInverses()
    {
        var isDue = settings.Renewal.InversesDue(Steps);
        var (failures, isNew) = (0L, false);
        // One begun for a later step than the next inversion's is used there.
        if (inversion is not null && (isDue || Steps >= inversion.SwapStep))
        {
            if (inversion.IsEverywhere) failedInversions += inversion.SwapIn();
            else (failures, isNew) = (inversion.SwapIn(), true);
            inversion.Dispose();
            inversion = null;
            if (!isNew) distribution?.AreEverywhere();
        }
        if (isDue && settings.InverseDelay > 0 && !settings.Renewal.InBurnIn(Steps))
        {
            inversion = BackgroundInversion.Begin(
                Owned, settings.Damping, Steps + settings.InverseDelay, isEverywhere: distribution is null);
        }
        else if (isDue)
        {
            (failures, isNew) = (failures + Owned.Count(block => !block.Invert(settings.Damping)), true);
            AfterInversion();
        }
        if (isDue && change is not null)
        {
            factorChange = change.Measure();
            if (!settings.Renewal.InBurnIn(Steps)) settings.Renewal.Adapt(factorChange);
        }
        if (isNew && distribution is null) failedInversions += failures;
        else if (isNew) distribution!.Spread(failures, settings.Renewal.InBurnIn(Steps + 1) ? 1 : settings.Renewal.InverseInterval);
    }

    /// <summary>Of other strategies only weights pass, so factors, momentum and the other parameters' moments begin here.</summary>
    protected override void ContinueCore(StateDictionary? state) => settings.Renewal.Origin = Steps;

    /// <summary>Called on all ranks, which then all have the whole state: it can be loaded by any number of ranks.</summary>
    protected override void SaveCore(StateDictionary state)
    {
        if (distribution is not null) GatherState(distribution);
        state.Set("momentum", velocity);
        state.SetScalar("origin", settings.Renewal.Origin);
        state.SetScalar("failedInversions", FailedInversions);
        foreach (var block in Blocks) block.Save(state.Part($"block.{block.Name}"));
        fallback?.Save(state.Part("fallback"));
        if (inversion is null) BackgroundInversion.SaveNone(state.Part("inversion"));
        else inversion.Save(state.Part("inversion"));
        if (change is null) return;
        state.SetScalar("stretch", settings.Renewal.Stretch);
        state.SetScalar("factorChange", factorChange);
        change.Save(state.Part("change"));
    }

    protected override void LoadCore(StateDictionary state)
    {
        state.CopyTo("momentum", velocity);
        settings.Renewal.Origin = state.HasScalar("origin") ? (long)state.GetScalar("origin") : 0; // checkpoints of before have none
        failedInversions = (long)state.GetScalar("failedInversions");
        foreach (var block in Blocks) block.Load(state.Part($"block.{block.Name}"));
        fallback?.Load(state.Part("fallback"));
        inversion?.Dispose();
        inversion = BackgroundInversion.Load(Blocks, state.Part("inversion"));
        if (distribution is not null) distribution.Failures = 0;
        distribution?.AreEverywhere();
        if (change is null) return;
        settings.Renewal.Restore((int)state.GetScalar("stretch"));
        factorChange = state.GetScalar("factorChange");
        change.Load(state.Part("change"));
    }

    private void GatherState(DistributedBlocks distribution)
    {
        using var off = no_grad();
        distribution.GatherState();
        change?.Gather();
        if (inversion is null or { IsEverywhere: true }) return;
        var own = inversion;
        inversion = own.Gathered(distribution);
        own.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inversion?.Dispose();
            distribution?.Dispose();
            change?.Dispose();
            foreach (var block in Blocks) block.Dispose();
            foreach (var tensor in new[] { Values, gradients, direction, velocity, clip }) tensor.Dispose();
            fallback?.Dispose();
        }
        base.Dispose(disposing);
    }
}
