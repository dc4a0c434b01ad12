using AutoSelect.Contracts;
using AutoSelect.Training.Workloads;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Catalogues;

/// <summary>What a workload's model and data allow, found by looking at them.</summary>
internal static class TraitsOf
{
    /// <summary>Looks at the model and at one example.</summary>
    public static WorkloadTraits Workload(Workload workload, Module<Tensor, Tensor> model, ExampleSet examples, Device device)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var one = examples.Pick(zeros(1, dtype: ScalarType.Int64, device: device));
        // The number of classes does not matter to whether there are any, as long as every target fits.
        var hasClasses = !one.Targets.is_floating_point()
            && workload.ClassProbabilities(one.Targets, one.Targets.max().item<long>() + 1) is not null;
        return new WorkloadTraits
        {
            HasBatchNorm = HasBatchNorm(model),
            HidesLayers = HidesLayers(model),
            HasBlendableInputs = one.Inputs.is_floating_point(),
            HasBlendableTargets = one.Targets.is_floating_point() || hasClasses,
            HasClasses = hasClasses,
        };
    }

    /// <summary>True for a model that shows parameters but no layers.</summary>
    public static bool HidesLayers(nn.Module model) => model.named_modules().Any(m => m.module is jit.ScriptModule);

    /// <summary>BatchNorm layers, by their type or, in a TorchScript module, by the statistics they keep.</summary>
    public static bool HasBatchNorm(nn.Module model) =>
        model.named_modules().Any(m => m.module is NormBase)
            || model.named_buffers().Any(b => b.name.EndsWith("running_var", StringComparison.Ordinal));
}
