using AutoSelect.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>The state of <see cref="Kfac"/> on one model.</summary>
internal sealed class KfacStepper : FlatGradientStepper
{
    private readonly double damping, klClip, momentum, weightDecay, factorAverage, fallbackRate;
    private readonly int factorInterval, inverseInterval, factorSamples, burnInSteps;
    private readonly Tensor gradients, values, direction, velocity, clip;
    private readonly FallbackAdam? fallback;
    private long failedInversions;

    private KfacStepper(TrainingTask task, IReadOnlyList<LayerBlock> blocks, FlatParameters flat) : base(task, flat)
    {
        Blocks = blocks;
        damping = task.Positive("damping");
        klClip = task.Positive("klClip");
        momentum = task.BelowOne("momentum");
        weightDecay = task.NonNegative("weightDecay");
        factorAverage = task.BelowOne("factorAverage");
        // The fallback follows the same schedule, from a peak of its own.
        fallbackRate = task.NonNegative("fallbackLearningRate") / task.Positive("learningRate");
        factorInterval = task.Integer("factorInterval", 1);
        inverseInterval = task.Integer("inverseInterval", 1);
        factorSamples = task.Integer("factorSamples", 0);
        burnInSteps = task.Integer("burnInSteps", 1);

        using var scope = NewDisposeScope();
        var count = flat.ValuesOf(0).numel() + flat.ValuesOf(1).numel();
        values = flat.Values.narrow(0, 0, count).DetachFromDisposeScope();
        gradients = flat.Gradients.narrow(0, 0, count).DetachFromDisposeScope();
        direction = zeros_like(values).DetachFromDisposeScope();
        velocity = zeros_like(values).DetachFromDisposeScope();
        clip = ones([], values.dtype, values.device).DetachFromDisposeScope();
        foreach (var block in blocks) block.Bind(flat, direction);
        var others = flat.Values.numel() - count;
        if (others > 0)
            fallback = new FallbackAdam(flat.Values.narrow(0, count, others).DetachFromDisposeScope(), flat.Gradients.narrow(0, count, others).DetachFromDisposeScope(), flat.ValuesOf(2).numel());
    }

    public static KfacStepper Create(TrainingTask task)
    {
        var blocks = LayerBlocks.Of(task.Model);
        try
        {
            var inBlocks = blocks.SelectMany(block => block.Parameters).ToArray();
            var known = inBlocks.ToHashSet<object>(ReferenceEqualityComparer.Instance);
            var others = task.Model.parameters().Where(p => p.requires_grad && !known.Contains(p)).ToArray();
            bool IsMatrix(Parameter p) => p.dim() >= 2;
            bool IsVector(Parameter p) => p.dim() < 2;
            return new KfacStepper(task, blocks, new FlatParameters(inBlocks.Where(IsMatrix), inBlocks.Where(IsVector), others.Where(IsMatrix), others.Where(IsVector)));
        }
        catch
        {
            foreach (var block in blocks) block.Dispose();
            throw;
        }
    }

    /// <summary>The layers' blocks, in the model's order.</summary>
    public IReadOnlyList<LayerBlock> Blocks { get; }

    /// <summary>The clipping factor ν of the last step, the damping, and how often a block kept old inverses because its factors could not be inverted.</summary>
    public override IReadOnlyDictionary<string, double> Diagnostics => new Dictionary<string, double>
    {
        ["clipFactor"] = clip.ToDouble(),
        ["damping"] = damping,
        ["failedInversions"] = failedInversions,
    };

    /// <summary>The last step's preconditioned and clipped gradient of a parameter that has a block, owned by the caller.</summary>
    public Tensor DirectionOf(Parameter parameter) => Flat.View(direction, parameter);

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
        var capturing = IsDue(factorInterval);
        foreach (var block in Blocks) block.Capturing = capturing;
    }

    // Gradients against sampled targets make the factors those of the Fisher matrix. They go back to the layers' outputs only,
    // for no weight gradients are needed: about a third of a step.
    protected override void AfterForward(Tensor output)
    {
        var captured = Blocks.Where(block => block.Output is not null).ToArray();
        if (captured.Length == 0 || Task.SampleTargets is not { } sample) return;
        Tensor? targets;
        using (no_grad()) targets = sample(output);
        if (targets is null) return;
        var gradients = autograd.grad([Task.Loss(output, targets)], [.. captured.Select(block => block.Output!)], retain_graph: true, allow_unused: true);
        foreach (var (block, gradient) in captured.Zip(gradients))
        {
            block.SampledGradient = gradient;
            block.Output!.grad = null; // it was kept there too, and the training loss's would be added to it
        }
    }

    protected override void Update(double learningRate)
    {
        if (IsDue(factorInterval))
            foreach (var block in Blocks) block.UpdateFactors(factorAverage, factorSamples);
        if (IsDue(inverseInterval))
            foreach (var block in Blocks)
                if (!block.Invert(damping)) failedInversions++;
        foreach (var block in Blocks) block.Precondition();

        // Kept on the device: reading it here would wait for the whole step.
        var change = gradients.dot(direction).mul_(learningRate * learningRate).clamp_min_(1e-30);
        clip.copy_(change.reciprocal_().mul_(klClip).sqrt_().clamp_max_(1));
        if (weightDecay > 0) Flat.ValuesOf(0).mul_(1 - learningRate * weightDecay);
        velocity.mul_(momentum).add_(direction.mul_(clip));
        values.add_(velocity, -learningRate);
        fallback?.Update(Steps + 1, learningRate * fallbackRate, weightDecay);
    }

    private bool IsDue(int interval) => Steps < burnInSteps || Steps % interval == 0;

    protected override void SaveCore(StateDictionary state)
    {
        state.Set("momentum", velocity);
        state.SetScalar("failedInversions", failedInversions);
        foreach (var block in Blocks) block.Save(state.Part($"block.{block.Name}"));
        fallback?.Save(state.Part("fallback"));
    }

    protected override void LoadCore(StateDictionary state)
    {
        state.CopyTo("momentum", velocity);
        failedInversions = (long)state.GetScalar("failedInversions");
        foreach (var block in Blocks) block.Load(state.Part($"block.{block.Name}"));
        fallback?.Load(state.Part("fallback"));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var block in Blocks) block.Dispose();
            foreach (var tensor in new[] { values, gradients, direction, velocity, clip }) tensor.Dispose();
            fallback?.Dispose();
        }
        base.Dispose(disposing);
    }
}
