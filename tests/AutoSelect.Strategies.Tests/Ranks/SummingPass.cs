using System.Runtime.CompilerServices;
using AutoSelect.Training;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>The plainest exchange of gradients: each rank passes its part of the batch, weighted by its share, and the gradients are summed.</summary>
internal sealed class SummingPass : GradientPass
{
    private readonly TrainingTask task;
    private readonly GradientPass own;

    private SummingPass(TrainingTask task) => (this.task, own) = (task, task.Gradients);

    /// <summary>Makes it the task's pass.</summary>
    public static void Install(TrainingTask task) => SetGradients(task, new SummingPass(task));

    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var ranks = task.Ranks!;
        long Start(int rank) => batch.Inputs.shape[0] * rank / ranks.Size;
        var (start, count) = (Start(ranks.Rank), Start(ranks.Rank + 1) - Start(ranks.Rank));
        var part = new Batch(batch.Inputs.narrow(0, start, count), batch.Targets.narrow(0, start, count));
        var loss = own.Run(part, watch, share * count / batch.Inputs.shape[0]);
        foreach (var parameter in task.Model.parameters()) ranks.AllReduce(parameter.grad!);
        return loss;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Gradients")]
    private static extern void SetGradients(TrainingTask task, GradientPass pass);
}
