using AutoSelect.Training.Workloads;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Catalogues;

/// <summary>
/// Counts the multiply-adds of each of a model's linear and convolution layers in a forward pass of one example, by forward hooks.
/// </summary>
internal static class MultiplyAdds
{
    public static IReadOnlyDictionary<Module, double> OfForward(Module<Tensor, Tensor> model, ExampleSet examples)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var counted = new Dictionary<Module, double>(ReferenceEqualityComparer.Instance);
        var hooks = new List<Action>();
        foreach (var (_, module) in model.named_modules())
        {
            switch (module)
            {
                case Linear linear:
                    var ofLinear = linear.register_forward_hook(
                        (_, _, output) => Count(linear, output, output.numel() * (double)linear.weight!.shape[1]));
                    hooks.Add(ofLinear.remove);
                    break;
                case Conv2d convolution:
                    var perOutput = (double)convolution.weight!.numel() / convolution.weight.shape[0];
                    var ofConvolution = convolution.register_forward_hook(
                        (_, _, output) => Count(convolution, output, output.numel() * perOutput));
                    hooks.Add(ofConvolution.remove);
                    break;
            }
        }
        var generator = get_rng_state();
        model.eval();
        model.call(examples.Pick(zeros(1, dtype: ScalarType.Int64)).Inputs);
        model.train();
        set_rng_state(generator);
        foreach (var remove in hooks) remove();
        return counted;

        Tensor Count(Module layer, Tensor output, double multiplyAdds)
        {
            counted[layer] = counted.GetValueOrDefault(layer) + multiplyAdds;
            return output;
        }
    }
}
