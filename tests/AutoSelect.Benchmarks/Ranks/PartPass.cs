using AutoSelect.Training;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>Gradients of an equal part of the batch on each rank, summed in the end: the exchange at its plainest, without overlap.</summary>
internal sealed class PartPass(TrainingTask task, GradientPass own) : GradientPass
{
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var loss = own.Run(batch, watch, share / task.Ranks!.Size);
        foreach (var parameter in task.Model.parameters()) task.Ranks.AllReduce(parameter.grad!);
        return loss;
    }
}
