using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>The pass itself: model, loss, backward.</summary>
internal sealed class PlainPass(TrainingTask task) : GradientPass
{
    public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
    {
        watch.Before?.Invoke();
        var output = Forward(batch.Inputs);
        watch.After?.Invoke(output);
        var loss = task.Loss(output, batch.Targets);
        if (share == 1) loss.backward();
        else (loss * share).backward();
        return loss.detach();
    }

    private Tensor Forward(Tensor inputs)
    {
        if (task.Candidate.Precision == "fp32") return task.Model.call(inputs);
        using (Autocast.Bf16(task.Device.type)) return task.Model.call(inputs).to(ScalarType.Float32);
    }
}
