using AutoSelect.Training.Checkpoints;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// AdamW (β .9 and .999, ε 1e-8, Loshchilov and Hutter, arXiv 1711.05101) for parameters without a block of the Fisher matrix.
/// </summary>
/// <param name="values">The parameters, [n]; owned, as are the gradients.</param>
/// <param name="decayed">How many of them, the first ones, take weight decay.</param>
internal sealed class FallbackAdam(Tensor values, Tensor gradients, long decayed) : IDisposable
{
    private const double Beta1 = .9, Beta2 = .999, Epsilon = 1e-8;

    private readonly Tensor first = zeros_like(values).DetachFromDisposeScope(), second = zeros_like(values).DetachFromDisposeScope();

    /// <param name="t">Step, from 1.</param>
    /// <param name="weightDecay">Taken times the learning rate, for the first <c>decayed</c> values.</param>
    public void Update(long t, double learningRate, double weightDecay)
    {
        if (weightDecay > 0 && decayed > 0) values.narrow(0, 0, decayed).mul_(1 - learningRate * weightDecay);
        first.mul_(Beta1).add_(gradients, 1 - Beta1);
        second.mul_(Beta2).addcmul_(gradients, gradients, 1 - Beta2);
        var denominator = second.sqrt().mul_(1 / Math.Sqrt(1 - Math.Pow(Beta2, t))).add_(Epsilon);
        values.addcdiv_(first, denominator, -learningRate / (1 - Math.Pow(Beta1, t)));
    }

    public void Save(StateDictionary state)
    {
        state.Set("first", first);
        state.Set("second", second);
    }

    public void Load(StateDictionary state)
    {
        state.CopyTo("first", first);
        state.CopyTo("second", second);
    }

    public void Dispose()
    {
        values.Dispose();
        gradients.Dispose();
        first.Dispose();
        second.Dispose();
    }
}
