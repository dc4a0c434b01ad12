using System.Runtime.CompilerServices;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>The plainest exchange of gradients: each rank passes its part of the batch, and the gradients are averaged.</summary>
internal sealed class AveragingPass : GradientPass
{
    private readonly TrainingTask task;
    private readonly GradientPass own;

    private AveragingPass(TrainingTask task) => (this.task, own) = (task, task.Gradients);

    /// <summary>Makes it the task's pass.</summary>
    public static void Install(TrainingTask task) => SetGradients(task, new AveragingPass(task));

    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        var ranks = task.Ranks!;
        var loss = own.Run(new Batch(ranks.PartOf(batch.Inputs), ranks.PartOf(batch.Targets)), watch, share);
        foreach (var parameter in task.Model.parameters()) ranks.Average(parameter.grad!);
        return loss;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Gradients")]
    private static extern void SetGradients(TrainingTask task, GradientPass pass);
}
