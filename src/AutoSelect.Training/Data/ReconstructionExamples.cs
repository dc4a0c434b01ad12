using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Data;

/// <summary>Images as both input and target, flattened to [n, pixels]; owns the set it is made from.</summary>
internal sealed class ReconstructionExamples(ExampleSet images) : ExampleSet
{
    public override int Count => images.Count;

    public override Batch Pick(Tensor indices)
    {
        var (inputs, labels) = images.Pick(indices);
        labels.Dispose();
        var flat = inputs.flatten(1);
        return new Batch(flat, flat);
    }

    public override void To(torch.Device device) => images.To(device);

    protected override void Dispose(bool disposing) => images.Dispose();
}
