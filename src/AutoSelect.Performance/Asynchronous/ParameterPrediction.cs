using System.Numerics.Tensors;

namespace AutoSelect.Performance;

/// <summary>
/// Parameters as they will be s updates ahead, for a gradient that will be applied then: computed there, it is less stale. All spans
/// have the length n of the parameters.
/// </summary>
public static class ParameterPrediction
{
    /// <summary>
    /// Momentum carries on: Ŵ = W + vμ(1 - μˢ)/(1 - μ), where the next s displacements are μv, μ²v, … as if no gradient came.
    /// </summary>
    /// <param name="parameters">W [n].</param>
    /// <param name="displacement">v [n], the last change of W.</param>
    /// <param name="momentum">μ in [0, 1].</param>
    /// <param name="updates">s, at least 0.</param>
    /// <param name="predicted">Ŵ [n]; may be the parameters themselves.</param>
    public static void Momentum(ReadOnlySpan<float> parameters, ReadOnlySpan<float> displacement, double momentum, int updates, Span<float> predicted)
    {
        if (momentum is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "A momentum is in [0, 1]");
        TensorPrimitives.MultiplyAdd(displacement, (float)CarriedOn(momentum, updates), parameters, predicted);
    }

    /// <summary>
    /// The ratio of successive displacements by least squares, μ̂ = ⟨v, v'⟩/⟨v', v'⟩, in the place of the momentum: it sees the
    /// gradients too, and asks nothing of the optimizer.
    /// </summary>
    /// <param name="parameters">W [n].</param>
    /// <param name="displacement">v [n], the last change of W.</param>
    /// <param name="previous">v' [n], the change before.</param>
    /// <param name="updates">s, at least 0.</param>
    /// <param name="predicted">Ŵ [n]; may be the parameters themselves.</param>
    /// <returns>μ̂, held in [0, 1]: a growing or turning course is not carried on.</returns>
    public static double LeastSquares(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> displacement, ReadOnlySpan<float> previous, int updates, Span<float> predicted)
    {
        var square = TensorPrimitives.Dot(previous, previous);
        var ratio = square > 0 ? Math.Clamp(TensorPrimitives.Dot(displacement, previous) / square, 0, 1) : 0;
        Momentum(parameters, displacement, ratio, updates, predicted);
        return ratio;
    }

    /// <summary>μ + μ² + … + μˢ.</summary>
    private static double CarriedOn(double momentum, int updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        return momentum < 1 ? momentum * (1 - Math.Pow(momentum, updates)) / (1 - momentum) : updates;
    }
}
