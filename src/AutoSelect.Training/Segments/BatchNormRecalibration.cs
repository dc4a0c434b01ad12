using AutoSelect.Training.Workloads;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Segments;

/// <summary>
/// Running statistics of BatchNorm belong to the weights they were measured with. For averaged weights they are measured anew
/// on a few training batches, the same for all candidates whatever their batch size, and whether strategy or loop averages:
/// averaging the statistics themselves would favour strategies whose weights move little. The trained statistics are put back after.
/// </summary>
internal sealed class BatchNormRecalibration : IDisposable
{
    private const int Batches = 4;
    private const int BatchSize = 256;

    private readonly Module<Tensor, Tensor> model;
    private readonly List<NormBase> layers;
    private readonly ScriptNorms scripted;
    private readonly Tensor[] trained;
    private readonly Tensor indices;

    public BatchNormRecalibration(Module<Tensor, Tensor> model, long seed, int examples, torch.Device device)
    {
        this.model = model;
        layers = [.. model.named_modules().Select(m => m.module).OfType<NormBase>().Where(n => n.track_running_stats)];
        scripted = new ScriptNorms(model);
        trained = [.. Statistics().Select(t => t.clone().DetachFromDisposeScope())];
        // Epoch -1 is nobody's, so these examples are drawn independently of the run's order.
        var picked = DataOrder.Permutation(seed, epoch: -1, examples)[..Math.Min(examples, Batches * BatchSize)];
        indices = tensor(picked, device: device).DetachFromDisposeScope();
    }

    public bool IsNeeded => trained.Length > 0;

    /// <summary>Measures the statistics with the weights the model has now; the model is in evaluation mode before and after.</summary>
    public void Measure(ExampleSet training)
    {
        Copy(from: Statistics(), to: trained);
        scripted.Measure((int)((indices.shape[0] + BatchSize - 1) / BatchSize), batch => Forward(training, batch));
        var momenta = layers.ConvertAll(l => l.momentum);
        foreach (var layer in layers)
        {
            layer.reset_running_stats();
            // Without a momentum the batches are weighted equally.
            layer.momentum = null;
            layer.train();
        }
        if (layers.Count > 0)
        {
            for (var batch = 0; batch * BatchSize < indices.shape[0]; batch++) Forward(training, batch);
        }
        for (var i = 0; i < layers.Count; i++)
        {
            layers[i].momentum = momenta[i];
            layers[i].eval();
        }
    }

    /// <summary>Puts the trained statistics back.</summary>
    public void Restore() => Copy(from: trained, to: Statistics());

    public void Dispose()
    {
        indices.Dispose();
        foreach (var statistic in trained) statistic.Dispose();
    }

    private IEnumerable<Tensor> Statistics() =>
        layers.SelectMany(layer => new[] { layer.running_mean!, layer.running_var!, layer.num_batches_tracked! })
            .Concat(scripted.Statistics);

    private void Forward(ExampleSet training, int batch)
    {
        using var scope = NewDisposeScope();
        var at = (long)batch * BatchSize;
        model.call(training.Pick(indices.narrow(0, at, Math.Min(BatchSize, indices.shape[0] - at))).Inputs);
    }

    private static void Copy(IEnumerable<Tensor> from, IEnumerable<Tensor> to)
    {
        foreach (var (source, target) in from.Zip(to)) target.copy_(source);
    }
}
