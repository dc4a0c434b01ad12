using static TorchSharp.torch;

namespace AutoSelect.Training.Segments;

/// <summary>
/// BatchNorm layers inside TorchScript modules, known by the statistics they keep. Their momentum m is part of the script and cannot be set
/// or read, so it is found by looking: from statistics s a batch b leads to (1-m)s + mb, and two passes from 0 and from 1 differ by 1-m.
/// With it the batches can be weighted equally, as layers of this process are told to do.
/// </summary>
internal sealed class ScriptNorms
{
    private readonly List<Layer> layers;

    public ScriptNorms(nn.Module model) =>
        layers = [.. model.named_modules().Select(m => m.module).OfType<jit.ScriptModule>().Select(Layer.FromModule).OfType<Layer>()];

    public int Count => layers.Count;

    /// <summary>
    /// Says, in words that follow the model's name, which layers are in evaluation mode within a module in training mode, if any.
    /// </summary>
    public static IEnumerable<string> Resting(nn.Module model)
    {
        string[] resting = [.. model.named_modules().Where(m =>
            m.module is jit.ScriptModule script && !script.training && Layer.FromModule(script) is not null).Select(m => m.name)];
        if (resting.Length > 0)
            yield return $"BatchNorm {string.Join(", ", resting)} was saved in evaluation mode: training does not update the statistics. "
                + "Call train() on it before saving, unless that is meant.";
    }

    public IEnumerable<Tensor> Statistics => layers.SelectMany(l => l.All);

    /// <summary>Sets the statistics to their mean over batches; all other layers stay in evaluation mode.</summary>
    /// <param name="batches">Batches to take in, at least 1.</param>
    /// <param name="forward">A forward pass of the batch with this number.</param>
    public void Measure(int batches, Action<int> forward)
    {
        if (layers.Count == 0) return;
        using var scope = NewDisposeScope();
        foreach (var layer in layers)
        {
            layer.Module.train();
            layer.Start(1);
        }
        forward(0);
        foreach (var layer in layers) layer.KeepFromOne();
        for (var i = 0; i < batches; i++)
        {
            foreach (var layer in layers) layer.Start(0);
            forward(i);
            foreach (var layer in layers) layer.TakeIn();
        }
        foreach (var layer in layers)
        {
            layer.Finish(batches);
            layer.Module.eval();
        }
    }

    private sealed class Layer(jit.ScriptModule module, Tensor mean, Tensor variance, Tensor? count)
    {
        private Tensor? fromOne, meanSum, varianceSum;
        private double momentum;

        public jit.ScriptModule Module => module;

        public IEnumerable<Tensor> All => count is null ? [mean, variance] : [mean, variance, count];

        public static Layer? FromModule(jit.ScriptModule module)
        {
            var own = module.named_buffers(recurse: false).ToDictionary(b => b.name, b => b.buffer);
            return own.TryGetValue("running_mean", out var mean) && own.TryGetValue("running_var", out var variance)
                ? new Layer(module, mean, variance, own.GetValueOrDefault("num_batches_tracked")) : null;
        }

        public void Start(double value)
        {
            mean.fill_(value);
            variance.fill_(value);
            // Without a momentum the layer weights by the count: from 0, a batch replaces what was there, as momentum 1 does.
            count?.zero_();
        }

        public void KeepFromOne() => fromOne = mean.clone();

        public void TakeIn()
        {
            if (meanSum is null) momentum = 1 - (fromOne! - mean).mean().item<float>();
            (meanSum, varianceSum) =
                (meanSum is null ? mean.clone() : meanSum.add_(mean), varianceSum is null ? variance.clone() : varianceSum.add_(variance));
        }

        public void Finish(int batches)
        {
            mean.copy_(meanSum! / (momentum * batches));
            variance.copy_(varianceSum! / (momentum * batches));
            (fromOne, meanSum, varianceSum) = (null, null, null);
        }
    }
}
