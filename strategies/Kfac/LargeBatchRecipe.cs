using AutoSelect.Training.Strategies;
using TorchSharp.Modules;

namespace AutoSelect.Strategies;

/// <summary>What keeps the natural gradient stable and general in few steps of large batches.</summary>
/// <remarks>
/// e progress of the run (0 to 1), e₀ and e₁ where the decay begins and would end, η₀ and μ₀ peaks, d_out outputs of a layer:
/// <code>
/// η(e) = η₀ (1 - (e-e₀)/(e₁-e₀))^p,   μ(e) = μ₀ η(e)/η₀
/// w ← w · min(1, √(2 d_out)/‖w‖)                (weights of Linear and Conv2d, after the step)
/// </code>
/// Osawa et al., arXiv 1811.12019 and 2002.06015; they set the norm where this only bounds it, because layers without a norm behind
/// them are not indifferent to it.
/// </remarks>
/// <param name="Start">e₀, at least 0.</param>
/// <param name="End">e₁, above e₀; above 1 ends the run before the rate is 0.</param>
/// <param name="Power">p, above 0.</param>
/// <param name="Rescales">False leaves the norms.</param>
internal sealed record LargeBatchRecipe(double Start, double End, double Power, bool Rescales)
{
    /// <exception cref="ArgumentOutOfRangeException">A value outside its domain.</exception>
    public static LargeBatchRecipe ForTask(TrainingTask task)
    {
        var (start, end) = (task.NonNegative("decayStart"), task.Positive("decayEnd"));
        if (end <= start)
            throw new ArgumentOutOfRangeException(
                nameof(task), $"{task.Strategy.Name}: 'decayEnd' is {end}; it must be above 'decayStart', {start}.");
        return new(start, end, task.Positive("decayPower"), task.Integer("rescale", 0) > 0);
    }

    /// <summary>η(e)/η₀.</summary>
    public double Factor(double progress) =>
        progress <= Start ? 1 : progress >= End ? 0 : Math.Pow(1 - (progress - Start) / (End - Start), Power);

    /// <summary>Bounds the norm of a weight [d_out, …], in place, under no_grad.</summary>
    public static void Rescale(Parameter weight)
    {
        var limit = Math.Sqrt(2 * weight.shape[0]);
        weight.mul_(weight.norm().clamp_min_(limit).reciprocal_().mul_(limit));
    }
}
