using System.Runtime.ExceptionServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks;

/// <summary>
/// Tells when the gradients of a bucket are complete, during the backward pass, and when the forward pass comes to a bucket's layers. Every
/// layer's input goes through an identity, whose backward function runs right after the gradients of the layer's own parameters were added
/// up; a layer that is called several times is complete after the last. Buckets of layers whose input needs no gradient, such as the first
/// one, are not told of.
/// </summary>
internal sealed class BackwardWatch : IDisposable
{
    private readonly Action<int> complete, needed;
    private readonly int[] bucketOf;
    private readonly int[] layersLeft, layersOf;
    private readonly int[] callsLeft;
    private readonly List<Action> removeHooks = [];
    private ExceptionDispatchInfo? failure;
    private bool armed;

    /// <param name="model">The model; its layers get hooks until this is disposed.</param>
    /// <param name="buckets">Parameters of each bucket; a layer's are in one bucket.</param>
    /// <param name="complete">Called with a bucket's number when its gradients are complete.</param>
    /// <param name="needed">Called with a bucket's number before the forward pass of each of its layers.</param>
    public BackwardWatch(nn.Module model, IEnumerable<IEnumerable<Parameter>> buckets, Action<int> complete, Action<int> needed)
    {
        (this.complete, this.needed) = (complete, needed);
        var numbers = buckets.SelectMany((parameters, i) => parameters.Select(p => (p.Handle, i))).ToDictionary(p => p.Handle, p => p.i);
        var layers = BucketPlan.Layers(model);
        bucketOf = [.. layers.Select(l => numbers[l.Parameters[0].Parameter.Handle])];
        layersOf = [.. Enumerable.Range(0, numbers.Values.Max() + 1).Select(b => bucketOf.Count(of => of == b))];
        layersLeft = new int[layersOf.Length];
        callsLeft = new int[layers.Count];
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = i;
            if (layers[i].Module is nn.Module<Tensor, Tensor> module)
                removeHooks.Add(module.register_forward_pre_hook((_, input) => Watched(input, layer)).remove);
        }
    }

    /// <summary>Watches the next forward and backward pass.</summary>
    public void Arm()
    {
        layersOf.CopyTo(layersLeft, 0);
        Array.Clear(callsLeft);
        (armed, failure) = (true, null);
    }

    /// <summary>Ends the watch, and throws what went wrong in the backward pass.</summary>
    public void Disarm()
    {
        armed = false;
        failure?.Throw();
    }

    public void Dispose()
    {
        foreach (var remove in removeHooks) remove();
    }

    private Tensor Watched(Tensor input, int layer)
    {
        needed(bucketOf[layer]);
        if (!armed || !input.requires_grad || !is_grad_enabled()) return input;
        callsLeft[layer]++;
        return Identity.Apply(input, () => Passed(layer));
    }

    private void Passed(int layer)
    {
        if (!armed || failure is not null || --callsLeft[layer] != 0) return;
        var bucket = bucketOf[layer];
        if (--layersLeft[bucket] != 0) return;
        try
        {
            complete(bucket);
        }
#pragma warning disable CA1031 // An exception that left the function would end the process: libtorch's code is around it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    private static class Identity
    {
        public static Tensor Apply(Tensor input, Action passed) => Function.apply(input, passed);

        private sealed class Function : autograd.SingleTensorFunction<Function>
        {
            public override string Name => "AutoSelectBackwardWatch";

            public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
            {
                ctx.save_data("passed", vars[1]);
                return ((Tensor)vars[0]).alias();
            }

            public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
            {
                ((Action)ctx.get_data("passed"))();
                // One for each argument of forward.
                return [grad_output, null!];
            }
        }
    }
}
